using System.Collections.Immutable;
using System.Numerics;
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

/// <summary>Set commands by the moment at which they are safe; see <see cref="ApplyPlanner"/>.</summary>
internal sealed class SetPhases
{
    /// <summary>Sets that no rule refers to yet, made complete; sets that have to grow.</summary>
    public List<SetCommand> Prepare { get; } = [];

    /// <summary>Classes of addresses that are gone.</summary>
    public List<SetCommand> Forget { get; } = [];

    /// <summary>Pods that are moved and must not pass meanwhile.</summary>
    public List<SetCommand> Hold { get; } = [];

    /// <summary>Pods of classes without a number: out of one set, into another.</summary>
    public List<SetCommand> Overflow { get; } = [];

    /// <summary>Whatever can only make fewer packets pass.</summary>
    public List<SetCommand> Tighten { get; } = [];

    /// <summary>
    /// New classes of known pods: egress first, then ingress, which may be held until then. Where classes have no numbers: pods into
    /// the sets of their classes.
    /// </summary>
    public List<SetCommand> Move { get; } = [];

    /// <summary>Whatever can only make more packets pass.</summary>
    public List<SetCommand> Loosen { get; } = [];

    /// <summary>Classes of new addresses.</summary>
    public List<SetCommand> Admit { get; } = [];

    /// <summary>All that comes before the rules where they change in place.</summary>
    public IEnumerable<SetCommand> BeforeSwitch => [.. Prepare, .. Forget, .. Hold, .. Overflow, .. Tighten];

    /// <summary>All that comes after them.</summary>
    public IEnumerable<SetCommand> AfterSwitch => [.. Move, .. Loosen, .. Admit];

    /// <summary>All but the preparation.</summary>
    public IEnumerable<SetCommand> AfterPrepare => [.. Forget, .. Hold, .. Overflow, .. Tighten, .. Move, .. Loosen, .. Admit];
}
