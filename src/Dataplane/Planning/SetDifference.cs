using Palisade.Dataplane.Kernel;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Planning;

/// <summary>Compares wanted sets with what the kernel holds, and sorts the commands into phases.</summary>
internal sealed class SetDifference(
    DataplaneOptions options,
    KernelState kernel,
    IReadOnlySet<string> referenced,
    SetPhases phases,
    List<string> conflicts
)
{
    /// <summary>An ordinary set: entries let packets pass, except in the set of pod ranges, where they hold them up.</summary>
    public void Add(AddressSet wanted)
    {
        var live = Ensure(wanted.Name, wanted.Family, wanted.Kind, wanted.Entries.Length);
        var denies = wanted.Name == Names.PodRanges(wanted.Family);
        var isOverflow = IsOverflowSet(wanted);
        // Even a set that no rule refers to yet must not have pods in it that still have another class.
        var adds =
            isOverflow ? (options.UsesMarks ? phases.Overflow : phases.Move)
            : !live ? phases.Prepare
            : denies ? phases.Tighten
            : phases.Loosen;
        var removes =
            !live ? phases.Prepare
            : isOverflow ? phases.Overflow
            : denies ? phases.Loosen
            : phases.Tighten;
        var held = kernel.Sets.GetValueOrDefault(wanted.Name);
        var (surplus, missing) = held?.Kind == wanted.Kind ? held.DifferenceTo(wanted) : ([], wanted.Entries);
        removes.AddRange(surplus.Select(entry => Remove(wanted, entry)));
        adds.AddRange(missing.Select(entry => Put(wanted, entry)));
    }

    /// <summary>Makes sure that the set is there, of that type, and large enough; returns whether rules refer to it.</summary>
    public bool Ensure(string name, IpFamily family, SetKind kind, int count)
    {
        var max = WantedSets.MaxEntriesFor(count);
        var live = referenced.Contains(name);
        if (!kernel.Sets.TryGetValue(name, out var set))
        {
            phases.Prepare.Add(new CreateSet(name, family, kind, max));
            return false;
        }

        if (set.Kind != kind || set.Family != family)
        {
            if (live)
            {
                conflicts.Add($"set {name} is not of the type that it should be and rules refer to it: clean up and apply again");
                return true;
            }

            phases.Prepare.Add(new DestroySet(name));
            phases.Prepare.Add(new CreateSet(name, family, kind, max));
            return false;
        }

        if (kind != SetKind.Ports && count > set.MaxEntries)
        {
            Grow(set, kind, max);
        }

        return live;
    }

    /// <summary>Makes a larger set with the same entries and exchanges the two: no packet sees a difference.</summary>
    private void Grow(KernelSet set, SetKind kind, int max)
    {
        var larger = Names.Set(set.Family, "t-" + ContentHash.Of("grow", set.Name));
        if (kernel.Sets.ContainsKey(larger))
        {
            phases.Prepare.Add(new DestroySet(larger));
        }

        phases.Prepare.Add(new CreateSet(larger, set.Family, kind, max));
        phases.Prepare.AddRange(
            set.Entries.OrderBy(item => item.Key).Select(item => new PutEntry(larger, set.Family, kind, item.Key, item.Value))
        );
        phases.Prepare.Add(new SwapSets(larger, set.Name));
        phases.Prepare.Add(new DestroySet(larger));
    }

    private static bool IsOverflowSet(AddressSet set) =>
        set.Name.StartsWith(Names.OverflowSet(set.Family, Direction.Egress, ""), StringComparison.Ordinal)
        || set.Name.StartsWith(Names.OverflowSet(set.Family, Direction.Ingress, ""), StringComparison.Ordinal);

    private static PutEntry Put(AddressSet set, SetEntry entry) => new(set.Name, set.Family, set.Kind, entry);

    private static RemoveEntry Remove(AddressSet set, SetEntry entry) => new(set.Name, set.Family, set.Kind, entry);
}
