using System.Collections.Immutable;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Compilation;

/// <summary>The sets that rules refer to, named by what they mean, so that equal ones are made once; and their content.</summary>
internal sealed class SetCatalog(PodIndex pods)
{
    private readonly Dictionary<string, PodSet> _ofPods = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AddressSet> _fixed = new(StringComparer.Ordinal);

    /// <summary>Addresses of the pods that the selectors match.</summary>
    public string Peers(IpFamily family, SelectorPeer peer) => OfPods(family, peer, null);

    /// <summary>Addresses of the selected pods and numbers of their ports of that name.</summary>
    public string NamedPorts(IpFamily family, IPodSelection selection, NamedPort port) => OfPods(family, selection, port);

    /// <summary>Addresses and numbers of the ports of that name of the node's own pods.</summary>
    public string LocalNamedPorts(IpFamily family, NamedPort port) => OfPods(family, LocalPods.Instance, port);

    /// <summary>Blocks of addresses with exceptions; never changes, since its name depends on its entries.</summary>
    public string Blocks(IpFamily family, IEnumerable<SetEntry> entries) =>
        Fixed(family, "c-", SetKind.Blocks, "blocks of addresses", entries);

    /// <summary>Port numbers; never changes.</summary>
    public string PortNumbers(IpFamily family, IEnumerable<PortRange> ranges) =>
        Fixed(
            family,
            "b-",
            SetKind.Ports,
            "ports",
            ranges.SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1)).Select(SetEntry.From)
        );

    /// <summary>The set of that name as it has to be now; the same object until it changes.</summary>
    public AddressSet this[string name] =>
        _fixed.TryGetValue(name, out var set) ? set
        : name.StartsWith(Names.Set(IpFamily.IPv4, ""), StringComparison.Ordinal) ? _ofPods[name].Of(IpFamily.IPv4, pods)
        : _ofPods[name].Of(IpFamily.IPv6, pods);

    /// <summary>Type of the set of that name.</summary>
    public SetKind KindOf(string name) => _fixed.TryGetValue(name, out var set) ? set.Kind : _ofPods[name].Kind;

    /// <summary>Takes over changes of pods.</summary>
    public void Update(PodChanges changes)
    {
        foreach (var set in _ofPods.Values.Distinct())
        {
            set.Update(changes);
        }
    }

    /// <summary>Forgets sets that are no longer referred to.</summary>
    public void Keep(IReadOnlySet<string> names)
    {
        foreach (var name in _ofPods.Keys.Concat(_fixed.Keys).Where(name => !names.Contains(name)).ToArray())
        {
            _ofPods.Remove(name);
            _fixed.Remove(name);
        }
    }

    /// <summary>One walk over the pods gives both families.</summary>
    private string OfPods(IpFamily family, IPodSelection selection, NamedPort? port)
    {
        var (prefix, kind, subject) = port is null
            ? ("p-", SetKind.Addresses, "")
            : ("n-", SetKind.AddressPorts, $"{port.Protocol} port {port.Name} of ");
        var rest = prefix + ContentHash.Compute(kind.ToString(), subject + selection.Key);
        var name = Names.Set(family, rest);
        if (!_ofPods.ContainsKey(name))
        {
            var other = Names.Set(family == IpFamily.IPv4 ? IpFamily.IPv6 : IpFamily.IPv4, rest);
            _ofPods[name] = _ofPods.GetValueOrDefault(other) ?? new PodSet(rest, subject + selection.Meaning, selection, port);
        }

        return name;
    }

    private string Fixed(IpFamily family, string prefix, SetKind kind, string meaning, IEnumerable<SetEntry> entries)
    {
        var sorted = entries.Distinct().Order().ToArray();
        var name = Names.Set(family, prefix + ContentHash.Compute([kind.ToString(), .. sorted.Select(entry => entry.ToString())]));
        _fixed[name] = new AddressSet(name, family, kind, meaning, [.. sorted]);
        return name;
    }
}

/// <summary>Which pods, and which of their addresses, a set is of.</summary>
internal interface IPodSelection
{
    /// <summary>Which they are; human-readable.</summary>
    string Meaning { get; }

    /// <summary>Text that only selections of the same pods and addresses have.</summary>
    string Key => Meaning;

    /// <summary>Whether the pod is one of them.</summary>
    bool Matches(IndexedPod pod);

    /// <summary>Whether an address of a pod that matches counts.</summary>
    bool Includes(IpAddress address) => true;

    /// <summary>All of them.</summary>
    IEnumerable<IndexedPod> FindIn(PodIndex pods);
}

/// <summary>
/// A set of pods' addresses, or of their addresses with ports, for both families, kept up to date as pods change. Every address
/// belongs to one pod, so that entries of different pods are never the same.
/// </summary>
/// <param name="rest">Name without the family.</param>
/// <param name="meaning">What the entries are; human-readable.</param>
/// <param name="selection">Whose addresses.</param>
/// <param name="port">The port whose number each entry has; null: none.</param>
internal sealed class PodSet(string rest, string meaning, IPodSelection selection, NamedPort? port)
{
    private AddressSet? _four;
    private AddressSet? _six;

    /// <summary>Type of the set.</summary>
    public SetKind Kind => port is null ? SetKind.Addresses : SetKind.AddressPorts;

    /// <summary>The set as it has to be now; the same object until it changes.</summary>
    public AddressSet Of(IpFamily family, PodIndex pods)
    {
        if (_four is null || _six is null)
        {
            var (four, six) = Entries(selection.FindIn(pods));
            (_four, _six) = (New(IpFamily.IPv4, [.. four]), New(IpFamily.IPv6, [.. six]));
        }

        return family == IpFamily.IPv4 ? _four : _six;
    }

    /// <summary>Takes over changes of pods.</summary>
    public void Update(PodChanges changes)
    {
        if (_four is null || _six is null)
        {
            return;
        }

        var (fourLeft, sixLeft) = Entries(changes.Left.Where(selection.Matches));
        var (fourJoined, sixJoined) = Entries(changes.Joined.Where(selection.Matches));
        _four = Update(_four, fourLeft, fourJoined);
        _six = Update(_six, sixLeft, sixJoined);
    }

    private (List<SetEntry> Four, List<SetEntry> Six) Entries(IEnumerable<IndexedPod> members)
    {
        var (four, six) = (new List<SetEntry>(), new List<SetEntry>());
        foreach (var pod in members)
        {
            foreach (var address in pod.Addresses.Where(selection.Includes))
            {
                var entries = address.Family == IpFamily.IPv4 ? four : six;
                if (port is null)
                {
                    entries.Add(SetEntry.From(address));
                }
                else
                {
                    var number = Protocols.Number(port.Protocol)!.Value;
                    entries.AddRange(
                        pod.Pod.PortsNamed(port.Name, port.Protocol).Distinct().Select(each => SetEntry.From(address, number, each))
                    );
                }
            }
        }

        four.Sort();
        six.Sort();
        return (four, six);
    }

    private static AddressSet Update(AddressSet set, List<SetEntry> left, List<SetEntry> joined)
    {
        if (left.SequenceEqual(joined))
        {
            return set;
        }

        // All three are sorted, and what left was in the set.
        var entries = ImmutableArray.CreateBuilder<SetEntry>(set.Entries.Length - left.Count + joined.Count);
        var (gone, next) = (0, 0);
        foreach (var entry in set.Entries)
        {
            if (gone < left.Count && left[gone] == entry)
            {
                gone++;
                continue;
            }

            for (; next < joined.Count && joined[next] < entry; next++)
            {
                entries.Add(joined[next]);
            }

            entries.Add(entry);
        }

        entries.AddRange(joined.Skip(next));
        return set with { Entries = entries.DrainToImmutable() };
    }

    private AddressSet New(IpFamily family, ImmutableArray<SetEntry> entries) =>
        new(Names.Set(family, rest), family, Kind, meaning, entries);
}
