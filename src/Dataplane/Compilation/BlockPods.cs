using System.Globalization;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Compilation;

/// <summary>The pods with an address in any of the blocks, of both families, by these addresses.</summary>
internal sealed class BlockPods : IPodSelection
{
    private const int MaxNamed = 3;
    private readonly CidrSet _addresses;

    public BlockPods(IReadOnlyList<BlockPeer> blocks)
    {
        _addresses = CidrSet.Union(blocks.Select(peer => CidrSet.From(peer.Block).Except(CidrSet.From(peer.Exceptions))));
        Key = $"pods in {_addresses}";
        var named = blocks.Select(Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var rest = named.Count - MaxNamed;
        Meaning =
            $"pods in {string.Join(", ", named.Take(MaxNamed))}"
            + (rest > 0 ? string.Create(CultureInfo.InvariantCulture, $" and {rest} more blocks") : "");
    }

    public string Key { get; }

    public string Meaning { get; }

    public bool Matches(IndexedPod pod) => pod.Addresses.Any(Includes);

    public bool Includes(IpAddress address) => _addresses.Contains(address);

    public IEnumerable<IndexedPod> FindIn(PodIndex pods) => pods.All.Where(Matches);

    private static string Name(BlockPeer peer) =>
        peer.Exceptions.Count == 0 ? $"{peer.Block}" : $"{peer.Block} except {string.Join(" and ", peer.Exceptions.Take(MaxNamed))}";
}
