namespace Palisade.Kubernetes.Client;

/// <summary>A kubeconfig, or what it refers to, is missing or invalid. The message is one line with the path. Programs exit with 2.</summary>
public sealed class KubeConfigException : Exception
{
    /// <summary>Makes an exception.</summary>
    public KubeConfigException(string message, Exception? innerException = null)
        : base(message, innerException) { }
}
