using System.Collections.Immutable;
using Palisade.Dataplane.Kernel;
using Palisade.Dataplane.Layout;

namespace Palisade.Dataplane.Planning;

/// <summary>
/// Remembers that the kernel's rules were as a ruleset wants them: most changes are of pods, and need no look at the rules at all.
/// </summary>
/// <param name="Ruleset">The ruleset.</param>
/// <param name="Slots">Where its classes are found.</param>
/// <param name="Families">The rules of the kernel; read again, they are other objects.</param>
/// <param name="Referenced">Sets that they refer to.</param>
internal sealed record SettledRules(
    Ruleset Ruleset,
    ImmutableArray<ClassSlot> Slots,
    ImmutableArray<KernelFamily> Families,
    IReadOnlySet<string> Referenced
)
{
    /// <summary>Whether another ruleset wants the same rules of the same kernel.</summary>
    public bool Hold(Ruleset ruleset, ImmutableArray<ClassSlot> slots, KernelState kernel) =>
        Families.AsSpan().SequenceEqual(FamiliesOf(kernel).AsSpan())
        && Ruleset.Options == ruleset.Options
        && Ruleset.Chains == ruleset.Chains
        && Ruleset.Classes == ruleset.Classes
        && Ruleset.PodRanges == ruleset.PodRanges
        && Ruleset.ForeignBridges.AsSpan().SequenceEqual(ruleset.ForeignBridges.AsSpan())
        && Ruleset.DropsUnknownSources == ruleset.DropsUnknownSources
        && Ruleset.DropsUnknownDestinations == ruleset.DropsUnknownDestinations
        && Slots.AsSpan().SequenceEqual(slots.AsSpan());

    /// <summary>The kernel's rules, by family.</summary>
    public static ImmutableArray<KernelFamily> FamiliesOf(KernelState kernel) => [.. kernel.Families.Values.OrderBy(item => item.Family)];
}
