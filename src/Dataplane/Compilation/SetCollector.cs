using System.Collections.Immutable;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Compilation;

/// <summary>Makes the sets that rules refer to, each once, and names them by what they mean.</summary>
internal sealed class SetCollector(PodIndex pods, IReadOnlyList<IndexedPod> localPods)
{
    private static readonly IpFamily[] Families = [IpFamily.IPv4, IpFamily.IPv6];
    private readonly SortedDictionary<string, AddressSet> _sets = new(StringComparer.Ordinal);

    /// <summary>All sets so far, by name.</summary>
    public ImmutableArray<AddressSet> ToImmutable() => [.. _sets.Values];

    /// <summary>Addresses of the pods that the selectors match.</summary>
    public string Peers(IpFamily family, SelectorPeer peer) =>
        PerFamily(
            family,
            "p-",
            SetKind.Addresses,
            peer.Meaning,
            () => pods.Matching(peer).SelectMany(pod => pod.Addresses.Select(a => (a, SetEntry.Of(a))))
        );

    /// <summary>Addresses and numbers of the ports of that name of the pods that the selectors match.</summary>
    public string NamedPorts(IpFamily family, SelectorPeer peer, string protocol, string name) =>
        PerFamily(
            family,
            "n-",
            SetKind.AddressPorts,
            $"{protocol} port {name} of {peer.Meaning}",
            () => Ports(pods.Matching(peer), protocol, name)
        );

    /// <summary>Addresses and numbers of the ports of that name of the node's own pods.</summary>
    public string LocalNamedPorts(IpFamily family, string protocol, string name) =>
        PerFamily(family, "n-", SetKind.AddressPorts, $"{protocol} port {name} of local pods", () => Ports(localPods, protocol, name));

    /// <summary>Blocks of addresses with exceptions; never changes, since its name depends on its entries.</summary>
    public string Blocks(IpFamily family, IEnumerable<Cidr> blocks, IEnumerable<Cidr> exceptions)
    {
        var entries = blocks
            .Distinct()
            .Select(b => SetEntry.Of(b))
            .Concat(exceptions.Distinct().Select(b => SetEntry.Of(b, isException: true)));
        return Fixed(family, "c-", SetKind.Blocks, "blocks of addresses", entries);
    }

    /// <summary>Port numbers; never changes.</summary>
    public string PortNumbers(IpFamily family, IEnumerable<PortRange> ranges) =>
        Fixed(
            family,
            "b-",
            SetKind.Ports,
            "ports",
            ranges.SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1)).Select(SetEntry.Of)
        );

    private static IEnumerable<(IpAddress Address, SetEntry Entry)> Ports(IEnumerable<IndexedPod> owners, string protocol, string name)
    {
        var number = Protocols.Number(protocol)!.Value;
        return from pod in owners
            from port in pod.PortsNamed(name, protocol)
            from address in pod.Addresses
            select (address, SetEntry.Of(address, number, port));
    }

    /// <summary>Makes the set in both families at once, since one walk over the pods gives both.</summary>
    private string PerFamily(
        IpFamily family,
        string prefix,
        SetKind kind,
        string meaning,
        Func<IEnumerable<(IpAddress Address, SetEntry Entry)>> members
    )
    {
        var rest = prefix + ContentHash.Of(kind.ToString(), meaning);
        var name = Names.Set(family, rest);
        if (!_sets.ContainsKey(name))
        {
            var all = members().ToArray();
            foreach (var each in Families)
            {
                var entries = all.Where(m => m.Address.Family == each).Select(m => m.Entry);
                Add(new AddressSet(Names.Set(each, rest), each, kind, meaning, Sorted(entries)));
            }
        }

        return name;
    }

    private string Fixed(IpFamily family, string prefix, SetKind kind, string meaning, IEnumerable<SetEntry> entries)
    {
        var sorted = Sorted(entries);
        var name = Names.Set(family, prefix + ContentHash.Of([kind.ToString(), .. sorted.Select(entry => entry.ToString())]));
        Add(new AddressSet(name, family, kind, meaning, sorted));
        return name;
    }

    private void Add(AddressSet set) => _sets[set.Name] = set;

    private static ImmutableArray<SetEntry> Sorted(IEnumerable<SetEntry> entries) => [.. entries.Distinct().Order()];
}
