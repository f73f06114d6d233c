using System.Globalization;
using Palisade.Kubernetes.Manifests;
using Palisade.Models;
using Palisade.Policy.Net;

namespace Palisade.Cli.Input;

/// <summary>Makes the nodes of a cluster of manifests, with addresses and pod ranges, and adds those that are missing.</summary>
/// <param name="manifests">The manifests.</param>
/// <param name="addMentioned">Whether nodes that only pods speak of are added.</param>
/// <param name="errors">Takes what is wrong with nodes that are given.</param>
internal sealed class NodeCompletion(ManifestSet manifests, bool addMentioned, List<ManifestError> errors)
{
    private readonly Dictionary<string, List<AddressPool>> _pools = new(StringComparer.Ordinal);

    /// <summary>The addresses of each node's pods, by name of the node.</summary>
    public IReadOnlyDictionary<string, List<AddressPool>> Pools => _pools;

    /// <summary>The nodes.</summary>
    /// <param name="madeUp">How many there are to be at least when none is given.</param>
    public IReadOnlyList<V1Node> Complete(int madeUp)
    {
        var nodes = manifests.Objects<V1Node>().ToList();
        var given = nodes.Count;
        if (addMentioned)
        {
            var mentioned = manifests.Objects<V1Pod>().Select(pod => pod.Spec?.NodeName).OfType<string>().Distinct(StringComparer.Ordinal);
            nodes.AddRange(
                mentioned
                    .Except(nodes.Select(node => node.Metadata.Name), StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal)
                    .Select(Node)
            );
        }
        for (var i = 1; given == 0 && nodes.Count < madeUp; i++)
        {
            var name = $"node-{i}";
            if (!nodes.Exists(node => node.Metadata.Name == name))
            {
                nodes.Add(Node(name));
            }
        }
        var number = 1;
        foreach (var node in nodes)
        {
            CompleteNode(node, number++);
        }
        return nodes;
    }

    private static V1Node Node(string name) => new() { Metadata = new() { Name = name } };

    private void CompleteNode(V1Node node, int number)
    {
        node.Spec ??= new();
        node.Spec.PodCIDRs ??= node.Spec.PodCIDR is { } only ? [only] : FreeRanges(number);
        node.Status ??= new();
        node.Status.Addresses ??= [];
        if (!node.Status.Addresses.Any(address => address.Type == "InternalIP"))
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"192.168.{50 + (number >> 8)}.{number & 0xff}");
            node.Status.Addresses.Add(new() { Type = "InternalIP", Address = text });
            text = string.Create(CultureInfo.InvariantCulture, $"fd00:50::{number:x}");
            node.Status.Addresses.Add(new() { Type = "InternalIP", Address = text });
        }
        foreach (var address in node.Status.Addresses.Where(a => a.Type == "InternalIP" && !IpAddress.TryParse(a.Address, out _)))
        {
            Add(node, "status.addresses", $"\"{address.Address}\" is not an IP address");
        }
        if (!_pools.TryAdd(node.Metadata.Name, PoolsOf(node)))
        {
            Add(node, "metadata.name", $"there are two nodes of the name {node.Metadata.Name}");
        }
    }

    /// <summary>The ranges of that number, or of the next that no other node has.</summary>
    private List<string> FreeRanges(int number)
    {
        while (true)
        {
            List<string> ranges =
            [
                string.Create(CultureInfo.InvariantCulture, $"10.{244 + (number >> 8)}.{number & 0xff}.0/24"),
                string.Create(CultureInfo.InvariantCulture, $"fd00:10:244:{number:x}::/64"),
            ];
            if (number >> 8 >= 12 || !ranges.Exists(range => IsTaken(Cidr.Parse(range))))
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

    private bool IsTaken(Cidr range) => _pools.Values.Any(node => node.Exists(pool => pool.Range.Overlaps(range)));

    private void Add(V1Node node, string field, string message)
    {
        var manifest = manifests.Manifests.FirstOrDefault(manifest => ReferenceEquals(manifest.Object, node));
        errors.Add(new(manifest?.PositionOf(field) ?? default, field, message));
    }
}
