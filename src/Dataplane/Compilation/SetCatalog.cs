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
