using System.Collections.Immutable;
using Palisade.Dataplane;

namespace Palisade.Netfilter;

/// <summary>What the kernel and the tools offer for one family.</summary>
/// <param name="Problem">Why nothing can be enforced in this family; null when it can.</param>
internal sealed record FamilyOffer(string? Problem)
{
    public bool HasMapMark { get; init; }

    public bool HasBpf { get; init; }

    public bool HasReject { get; init; }

    public bool HasPacketLog { get; init; }

    public bool HasAddressType { get; init; }

    public bool HasHopLimit { get; init; }

    public ImmutableHashSet<KernelFeature> Lacking { get; init; } = [];
}
