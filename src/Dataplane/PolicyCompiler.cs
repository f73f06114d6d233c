using Palisade.Policy;

namespace Palisade.Dataplane;

/// <summary>Compiles what a cluster says into what one node's kernel has to hold.</summary>
public static class PolicyCompiler
{
    /// <summary>Compiles the snapshot for the node.</summary>
    /// <param name="snapshot">The cluster.</param>
    /// <param name="nodeName">Name of the node whose pods are policed.</param>
    /// <param name="options">Layout of the rules.</param>
    public static Ruleset Compile(ClusterSnapshot snapshot, string nodeName, DataplaneOptions options)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentException.ThrowIfNullOrEmpty(nodeName);
        ArgumentNullException.ThrowIfNull(options);
        return new Ruleset { Options = options };
    }
}
