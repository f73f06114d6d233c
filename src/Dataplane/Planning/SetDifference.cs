using Palisade.Dataplane.Kernel;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Planning;

/// <summary>Compares wanted sets of a family with what the kernel holds, and sorts the commands into phases.</summary>
internal sealed class SetDifference(DataplaneOptions options, KernelState kernel, IpFamily family, SetPhases phases, List<string> conflicts)
{
    private readonly HashSet<string> _referenced = kernel.Families[family].ReferencedSets();
    private readonly string _podRanges = Names.PodRanges(family);
    private readonly string _egressOverflow = Names.OverflowSet(family, Direction.Egress, "");
    private readonly string _ingressOverflow = Names.OverflowSet(family, Direction.Ingress, "");

    /// <summary>An ordinary set: entries let packets pass, except in the set of pod ranges, where they hold them up.</summary>
    public void Add(AddressSet wanted)
    {
        var live = Ensure(wanted.Name, wanted.Kind, wanted.Entries.Length);
        var denies = wanted.Name == _podRanges;
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
        foreach (var entry in surplus)
        {
            removes.Add(new RemoveEntry(wanted.Name, wanted.Family, wanted.Kind, entry));
        }

        foreach (var entry in missing)
        {
            adds.Add(new PutEntry(wanted.Name, wanted.Family, wanted.Kind, entry));
        }
    }

    /// <summary>Makes sure that the set is there, of that type, large enough and without what is not the layout's; returns whether rules refer to it.</summary>
    public bool Ensure(string name, SetKind kind, int count)
    {
        var max = WantedSets.MaxEntriesFor(count);
        var live = _referenced.Contains(name);
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

        if (set.HasForeignEntries || (kind != SetKind.Ports && count > set.MaxEntries))
        {
            MakeAnew(set, kind, Math.Max(max, set.MaxEntries));
        }

        return live;
    }

    /// <summary>Makes another set with the same entries, as far as they are the layout's, and exchanges the two: no packet sees one without them.</summary>
    private void MakeAnew(KernelSet set, SetKind kind, int max)
    {
        var other = Names.Set(set.Family, "t-" + ContentHash.Compute("grow", set.Name));
        if (kernel.Sets.ContainsKey(other))
        {
            phases.Prepare.Add(new DestroySet(other));
        }

        phases.Prepare.Add(new CreateSet(other, set.Family, kind, max));
        phases.Prepare.AddRange(
            set.Entries.OrderBy(item => item.Key).Select(item => new PutEntry(other, set.Family, kind, item.Key, item.Value))
        );
        phases.Prepare.Add(new SwapSets(other, set.Name));
        phases.Prepare.Add(new DestroySet(other));
    }

    private bool IsOverflowSet(AddressSet set) =>
        set.Name.StartsWith(_egressOverflow, StringComparison.Ordinal) || set.Name.StartsWith(_ingressOverflow, StringComparison.Ordinal);
}
