namespace Palisade.Policy.Expansion;

/// <summary>Namespaces that hold the cluster itself, which a DefaultDenyProfile leaves alone unless told otherwise.</summary>
public static class SystemNamespaces
{
    /// <summary>The names, other than that of Palisade's own namespace.</summary>
    public static IReadOnlyList<string> Names { get; } = ["kube-node-lease", "kube-public", "kube-system"];
}
