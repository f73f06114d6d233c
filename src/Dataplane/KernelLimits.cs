using System.Collections.Immutable;

namespace Palisade.Dataplane;

/// <summary>
/// What a node's kernel was found not to take. Policies that need it are reported, isolate, and allow nothing, so that nothing else is held up.
/// </summary>
public sealed record KernelLimits
{
    /// <summary>A kernel that takes everything.</summary>
    public static KernelLimits None { get; } = new();

    /// <summary>Features that the kernel does not have.</summary>
    public ImmutableHashSet<KernelFeature> Lacking { get; init; } = [];

    /// <summary>Policy chains, by name, that were tried and refused. A chain is named by its content: a policy that changes has another one.</summary>
    public ImmutableDictionary<string, ChainRefusal> RefusedChains { get; init; } =
        ImmutableDictionary.Create<string, ChainRefusal>(StringComparer.Ordinal);

    /// <summary>Whether everything is taken.</summary>
    public bool IsNone => Lacking.IsEmpty && RefusedChains.IsEmpty;

    /// <summary>What is missing, and what brings it.</summary>
    public static string Describe(KernelFeature feature) =>
        feature switch
        {
            KernelFeature.SctpPorts => "the iptables match \"sctp\" (kernel module xt_sctp)",
            KernelFeature.SeveralPorts => "the iptables match \"multiport\" (kernel module xt_multiport)",
            KernelFeature.PortSets => "sets of type bitmap:port (kernel module ip_set_bitmap_port)",
            KernelFeature.AddressPortSets => "sets of type hash:ip,port (kernel module ip_set_hash_ipport)",
            _ => throw new ArgumentOutOfRangeException(nameof(feature), feature, "unknown feature"),
        };
}
