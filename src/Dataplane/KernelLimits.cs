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

/// <summary>What only some policies need of the kernel: one that lacks it can still enforce all others.</summary>
public enum KernelFeature
{
    /// <summary>The iptables match for one SCTP port or range.</summary>
    SctpPorts,

    /// <summary>The iptables match for several ports.</summary>
    SeveralPorts,

    /// <summary>Sets of ports, for more ports than one match takes.</summary>
    PortSets,

    /// <summary>Sets of addresses with ports, for named ports.</summary>
    AddressPortSets,
}

/// <summary>Why the kernel does not take a chain of policies.</summary>
/// <param name="Rule">The refused rule, without <c>-A</c> and the chain's name; null when it was a set, or is not known.</param>
/// <param name="Reason">What the tool or the kernel said.</param>
public sealed record ChainRefusal(string? Rule, string Reason);

/// <summary>A policy that compiles to a chain; equal policies share one.</summary>
/// <param name="Chain">Name of the chain.</param>
/// <param name="Policy">The policy, as namespace/name.</param>
public sealed record ChainOwner(string Chain, string Policy);
