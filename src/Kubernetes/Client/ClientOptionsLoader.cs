namespace Palisade.Kubernetes.Client;

/// <summary>
/// Finds out how to reach the API server. In this order: the given kubeconfig, the files in <c>KUBECONFIG</c>, the pod's service account,
/// <c>~/.kube/config</c>.
/// </summary>
public static class ClientOptionsLoader
{
    /// <summary>Finds the options.</summary>
    /// <param name="kubeconfig">Path of a kubeconfig (flag <c>--kubeconfig</c>); null to look in the usual places.</param>
    /// <param name="context">Context (flag <c>--context</c>); null for the current one.</param>
    /// <exception cref="KubeConfigException">None was found, or it is faulty; the message is one line that says where and what.</exception>
    public static ClientOptions Load(string? kubeconfig = null, string? context = null) => throw new NotSupportedException();
}
