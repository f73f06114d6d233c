namespace Palisade.Policy.Expansion;

/// <summary>Namespaces that hold the cluster itself, which a DefaultDenyProfile leaves alone unless told otherwise.</summary>
public static class SystemNamespaces
{
    /// <summary>
    /// Namespaces in which the cluster's DNS Service is looked for. Each counts as a system namespace whether or not its Service is found now:
    /// a profile that closed it while the Service is replaced would close the cluster's DNS.
    /// </summary>
    public static IReadOnlyList<string> Dns { get; } = ["kube-system", "openshift-dns"];

    /// <summary>The names, other than that of Palisade's own namespace.</summary>
    public static IReadOnlyList<string> Names { get; } = ["kube-node-lease", "kube-public", .. Dns];
}
