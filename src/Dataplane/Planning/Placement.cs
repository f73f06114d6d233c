using System.Collections.Immutable;
using Palisade.Dataplane.Layout;

namespace Palisade.Dataplane.Planning;

/// <summary>Where each class is found, and where the kernel still has others.</summary>
/// <param name="Slots">Slots of the ruleset's classes, by direction and key.</param>
/// <param name="Lingering">Slots of the kernel's that still have pods in them and that the ruleset has no use for.</param>
/// <param name="Unused">Slots of the kernel's without pods that the ruleset has no use for.</param>
internal sealed record Placement(
    IReadOnlyDictionary<(Direction Direction, string Key), ClassSlot> Slots,
    ImmutableArray<ClassSlot> Lingering,
    ImmutableArray<ClassSlot> Unused
)
{
    public ImmutableArray<ClassSlot> WithLingering => [.. Slots.Values, .. Lingering];

    public ImmutableArray<ClassSlot> WithAll => [.. Slots.Values, .. Lingering, .. Unused];

    /// <summary>Number of the pods of the class; null is the class of pods that are not isolated.</summary>
    public byte NumberOf(Direction direction, string? key) => key is null ? ClassNumber.Open : Slots[(direction, key)].Number;
}
