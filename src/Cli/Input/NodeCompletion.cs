using System.Globalization;
using Palisade.Cli.Manifests;
using Palisade.Policy.Net;

namespace Palisade.Cli.Input;

/// <summary>
/// Makes the nodes of a cluster of manifests, with addresses and pod ranges, and adds those that are missing: a dump of pods names nodes that are
/// not in it.
/// </summary>
/// <param name="manifests">The manifests.</param>
/// <param name="errors">Takes what is wrong with nodes that are given.</param>
internal sealed class NodeCompletion(ManifestSet manifests, List<ManifestError> errors)
{
    private readonly Dictionary<string, List<AddressPool>> _pools = new(StringComparer.Ordinal);
    private readonly Dictionary<IpAddress, string> _addresses = [];
    private ILookup<string, string> _hostIPs = Enumerable.Empty<string>().ToLookup(text => text, StringComparer.Ordinal);
    private readonly HashSet<IpAddress> _podIPs = [];
    private ILookup<Cidr, string> _podNodes = Enumerable.Empty<Cidr>().ToLookup(range => range, _ => "");

    /// <summary>The addresses of each node's pods, by name of the node.</summary>
    public IReadOnlyDictionary<string, List<AddressPool>> Pools => _pools;

    /// <summary>The nodes.</summary>
    /// <param name="madeUp">How many there are to be at least when none is given.</param>
    public IReadOnlyList<V1Node> Complete(int madeUp)
    {
        var nodes = manifests.Objects<V1Node>().ToList();
        var given = nodes.Count;
        var pods = manifests.Objects<V1Pod>().Where(pod => pod.Status?.Phase is not ("Succeeded" or "Failed")).ToList();
        Look(pods);
        var mentioned = pods.Select(pod => pod.Spec?.NodeName).OfType<string>().Distinct(StringComparer.Ordinal);
        nodes.AddRange(
            mentioned.Except(nodes.Select(node => node.Metadata.Name), StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(Node)
        );
        for (var i = 1; given == 0 && nodes.Count < madeUp; i++)
        {
            var name = $"node-{i}";
            if (!nodes.Exists(node => node.Metadata.Name == name))
            {
                nodes.Add(Node(name));
            }
        }
        // What is given goes first, so that nothing is made up that somebody has.
        var numbered = nodes.Select((node, i) => (Node: node, Number: i + 1)).ToList();
        numbered.ForEach(item => TakeGivenAddresses(item.Node));
        foreach (var (node, number) in numbered.OrderBy(item => item.Node.Spec?.PodCIDRs is null && item.Node.Spec?.PodCIDR is null))
        {
            CompleteNode(node, number);
        }
        return nodes;
    }

    /// <summary>Name of the node that has the address; null when none has.</summary>
    public string? NodeAt(IpAddress address) => _addresses.GetValueOrDefault(address);

    /// <summary>Name of the node in whose range a pod's given address is; null when there is none.</summary>
    public string? NodeOf(V1Pod pod) =>
        IpAddress.TryParse(pod.Status?.PodIPs?.FirstOrDefault()?.Ip ?? pod.Status?.PodIP, out var address)
            ? _pools.FirstOrDefault(node => node.Value.Exists(pool => pool.Range.Contains(address))).Key
            : null;

    /// <summary>Keeps an address that a pod was given from being given out again.</summary>
    public void Reserve(IpAddress address)
    {
        foreach (var pool in _pools.SelectMany(node => node.Value).Where(pool => pool.Range.Contains(address)))
        {
            pool.TryTake(address);
        }
    }

    /// <summary>Looks for what the pods tell of nodes: where they are, and whose address is whose.</summary>
    private void Look(List<V1Pod> pods)
    {
        _hostIPs = pods.Where(pod => pod.Spec?.NodeName is not null && IpAddress.TryParse(pod.Status?.HostIP, out _))
            .ToLookup(pod => pod.Spec!.NodeName!, pod => pod.Status!.HostIP!, StringComparer.Ordinal);
        var nodes = new HashSet<(Cidr Range, string Node)>();
        foreach (var pod in pods)
        foreach (var text in (pod.Status?.PodIPs ?? []).Select(item => item.Ip).Append(pod.Status?.PodIP))
        {
            if (IpAddress.TryParse(text, out var address))
            {
                _podIPs.Add(address);
                nodes.Add((RangeAround(address), pod.Spec?.NodeName ?? ""));
            }
        }
        nodes.RemoveWhere(item => item.Node.Length == 0);
        _podNodes = nodes.ToLookup(item => item.Range, item => item.Node);
    }

    /// <summary>The range of the size of those that are made up.</summary>
    private static Cidr RangeAround(IpAddress address) => new(address, address.Family == IpFamily.IPv4 ? 24 : 64);

    private static V1Node Node(string name) => new() { Metadata = new() { Name = name } };

    private void CompleteNode(V1Node node, int number)
    {
        node.Spec ??= new();
        node.Spec.PodCIDRs ??= node.Spec.PodCIDR is { } only ? [only] : FreeRanges(node.Metadata.Name, number);
        if (!HasInternalIP(node))
        {
            FreeAddresses(number).ForEach(text => node.Status!.Addresses!.Add(new() { Type = "InternalIP", Address = text }));
            TakeAddresses(node);
        }
        if (!_pools.TryAdd(node.Metadata.Name, PoolsOf(node)))
        {
            Add(node, "metadata.name", $"there are two nodes of the name {node.Metadata.Name}");
        }
    }

    private static bool HasInternalIP(V1Node node) => node.Status?.Addresses?.Any(address => address.Type == "InternalIP") == true;

    /// <summary>Takes the addresses that a node reports, or that its pods report of it.</summary>
    private void TakeGivenAddresses(V1Node node)
    {
        node.Status ??= new();
        node.Status.Addresses ??= [];
        if (!HasInternalIP(node))
        {
            foreach (var text in _hostIPs[node.Metadata.Name].Distinct(StringComparer.Ordinal))
            {
                node.Status.Addresses.Add(new() { Type = "InternalIP", Address = text });
            }
        }
        TakeAddresses(node);
    }

    private void TakeAddresses(V1Node node)
    {
        foreach (
            var text in (node.Status?.Addresses ?? []).Where(address => address.Type == "InternalIP").Select(address => address.Address)
        )
        {
            if (IpAddress.TryParse(text, out var address))
            {
                _addresses.TryAdd(address, node.Metadata.Name);
            }
            else
            {
                Add(node, "status.addresses", $"\"{text}\" is not an IP address");
            }
        }
    }

    /// <summary>The addresses of that number, or of the next that no node and no pod has.</summary>
    private List<string> FreeAddresses(int number)
    {
        while (true)
        {
            List<string> addresses =
            [
                string.Create(CultureInfo.InvariantCulture, $"192.168.{50 + (number >> 8)}.{number & 0xff}"),
                string.Create(CultureInfo.InvariantCulture, $"fd00:50::{number:x}"),
            ];
            if (number >> 8 >= 200 || !addresses.Select(IpAddress.Parse).Any(address => IsTaken(Cidr.Single(address))))
            {
                return addresses;
            }
            number++;
        }
    }

    /// <summary>The ranges of that number, or of the next that no other node and none of its pods has.</summary>
    private List<string> FreeRanges(string node, int number)
    {
        while (true)
        {
            List<string> ranges =
            [
                string.Create(CultureInfo.InvariantCulture, $"10.{244 + (number >> 8)}.{number & 0xff}.0/24"),
                string.Create(CultureInfo.InvariantCulture, $"fd00:10:244:{number:x}::/64"),
            ];
            if (
                number >> 8 >= 12
                || !ranges.Select(Cidr.Parse).Any(range => IsTaken(range) || _podNodes[range].Any(other => other != node))
            )
            {
                return ranges;
            }
            number++;
        }
    }

    private List<AddressPool> PoolsOf(V1Node node)
    {
        var pools = new List<AddressPool>();
        foreach (var text in node.Spec!.PodCIDRs!)
        {
            if (!Cidr.TryParse(text, out var range, out var error))
            {
                Add(node, "spec.podCIDRs", $"\"{text}\" {error.Message}");
            }
            else if (IsTaken(range))
            {
                Add(node, "spec.podCIDRs", $"\"{text}\" overlaps a pod range of another node");
            }
            else
            {
                pools.Add(new AddressPool(range));
            }
        }
        return pools;
    }

    /// <summary>Whether a node's pods have some of the block, or it is a node's or a pod's address.</summary>
    private bool IsTaken(Cidr range) =>
        _pools.Values.Any(node => node.Exists(pool => pool.Range.Overlaps(range)))
        || (range.IsSingle && (_addresses.ContainsKey(range.Network) || _podIPs.Contains(range.Network)));

    private void Add(V1Node node, string field, string message)
    {
        var manifest = manifests.Manifests.FirstOrDefault(manifest => ReferenceEquals(manifest.Object, node));
        errors.Add(new(manifest?.PositionOf(field) ?? default, field, message));
    }
}

/// <summary>Gives out addresses of a range, each once. The first is the bridge's.</summary>
internal sealed class AddressPool(Cidr range)
{
    private readonly HashSet<IpAddress> _taken = [Host(range, 0), Host(range, 1)];
    private UInt128 _next = 2;

    public Cidr Range => range;

    /// <summary>Takes an address that somebody has already.</summary>
    /// <returns>Whether it was free.</returns>
    public bool TryTake(IpAddress address) => _taken.Add(address);

    /// <summary>Takes the next free address; null when there is none left.</summary>
    public IpAddress? Take()
    {
        // The last address of an IPv4 range is the broadcast address.
        while (_next < range.Last - range.First)
        {
            var address = Host(range, _next++);
            if (_taken.Add(address))
            {
                return address;
            }
        }
        return null;
    }

    private static IpAddress Host(Cidr range, UInt128 number) => new(range.Family, range.First + number);
}
