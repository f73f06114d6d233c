using System.Collections.Immutable;
using System.Numerics;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Planning;

/// <summary>All sets that a ruleset needs in a family, but for the class maps.</summary>
internal static class WantedSets
{
    private const int MinMaxEntries = 65536;

    public static IEnumerable<AddressSet> For(Ruleset ruleset, IpFamily family, Placement placement)
    {
        foreach (var set in ruleset.Sets.Where(set => set.Family == family))
        {
            yield return set;
        }

        yield return new AddressSet(Names.Cut(family), family, SetKind.Cut, "connections that were cut", []);

        var ranges = ruleset
            .PodRanges.Where(range => range.Family == family)
            .Select(range => SetEntry.From(range))
            .Order()
            .ToImmutableArray();
        if (ranges.Length > 0 && (ruleset.DropsUnknownSources || ruleset.DropsUnknownDestinations))
        {
            yield return new AddressSet(Names.PodRanges(family), family, SetKind.Blocks, "pod ranges of the node", ranges);
        }

        if (ruleset.Options.Hairpin == HairpinMatch.Set)
        {
            var all = Entries(ruleset.Pods, family);
            yield return new AddressSet(Names.Hairpin(family), family, SetKind.AddressPairs, "local pods, each with itself", all);
        }

        if (!ruleset.Options.UsesMarks)
        {
            foreach (var direction in (Direction[])[Direction.Egress, Direction.Ingress])
            {
                var open = Entries(ruleset.Pods.Where(pod => pod.ClassIn(direction) is null), family);
                var openSet = Names.OverflowSet(family, direction, Names.OpenKey);
                yield return new AddressSet(openSet, family, SetKind.Addresses, "pods that are not isolated", open);
            }
        }

        // The kernel's other overflow sets have to lose their pods, or they would be found there first.
        foreach (var slot in placement.WithAll.Where(slot => slot.IsOverflow))
        {
            var members = ruleset.Pods.Where(pod => pod.ClassIn(slot.Direction) == slot.Key);
            var name = Names.OverflowSet(family, slot.Direction, slot.Key);
            yield return new AddressSet(name, family, SetKind.Addresses, "pods of a class without a number", Entries(members, family));
        }
    }

    /// <summary>Room for twice the entries, so that a growing set is seldom recreated.</summary>
    public static int MaxEntriesFor(int count) =>
        count <= MinMaxEntries / 2 ? MinMaxEntries : (int)BitOperations.RoundUpToPowerOf2((uint)count * 2);

    private static ImmutableArray<SetEntry> Entries(IEnumerable<LocalPod> pods, IpFamily family) =>
        [.. pods.SelectMany(pod => pod.Addresses).Where(address => address.Family == family).Select(SetEntry.From).Order()];
}
