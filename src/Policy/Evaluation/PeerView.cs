using Palisade.Policy.Net;

namespace Palisade.Policy.Evaluation;

/// <summary>The other end of a connection, as a rule sees it.</summary>
/// <param name="Address">Address that the packet has.</param>
/// <param name="Pod">The pod, when policies can select it; null for hosts, pods in their node's network and the outside.</param>
/// <param name="NamespaceLabels">Labels of the pod's namespace; null when the namespace is not known.</param>
internal sealed record PeerView(IpAddress Address, PodFacts? Pod, LabelSet? NamespaceLabels)
{
    /// <summary>The addresses that may be meant where <see cref="Address"/> stands in for one that is not known; null when it is the real one.</summary>
    public CidrSet? Range { get; init; }

    /// <summary>What is assumed of an address that is not known.</summary>
    public AddressAssumption Assumption { get; init; }

    /// <summary>Whether the end is in a block of addresses.</summary>
    public bool IsIn(CidrSet block) => IsIn(block, Address, Range, Assumption);

    /// <summary>Whether a block is one address, and so a host's: pods change theirs.</summary>
    public static bool IsHost(CidrSet block) => block.ToCidrs() is [{ IsSingle: true }];

    /// <summary>Whether an address is in a block, also one that is not known.</summary>
    public static bool IsIn(CidrSet block, IpAddress address, CidrSet? range, AddressAssumption assumption) =>
        range is null || assumption == AddressAssumption.AsGiven ? block.Contains(address)
        : assumption == AddressAssumption.Least ? block.Covers(range)
        : block.Overlaps(range) && !IsHost(block);
}
