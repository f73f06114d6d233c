using System.Collections.Immutable;
using System.Globalization;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Compilation;

/// <summary>
/// The addresses of several blocks, each less its own exceptions, as entries of one <c>hash:net</c>, in which the longest prefix decides.
/// Exact also where blocks overlap: of two blocks of addresses either has the other or they share none, so that all blocks and exceptions
/// make a tree. In it an entry is wanted just where a block's own addresses, those that no smaller block has, are in when those around
/// it are out, or the other way round.
/// </summary>
/// <param name="IsComplement">
/// Whether the entries are of the addresses that are left out: for unions with 0.0.0.0/0 or ::/0, which a <c>hash:net</c> cannot hold.
/// </param>
/// <param name="Entries">The entries, by block; an exception takes out what a wider entry has.</param>
internal sealed record BlockUnion(bool IsComplement, ImmutableArray<SetEntry> Entries)
{
    /// <summary>Whether there is no address in it.</summary>
    public bool IsEmpty => !IsComplement && Entries.IsEmpty;

    /// <summary>Whether every address of the family is in it.</summary>
    public bool IsEverything => IsComplement && Entries.IsEmpty;

    /// <summary>Makes the union.</summary>
    /// <param name="peers">The blocks, all of one family.</param>
    public static BlockUnion From(IEnumerable<BlockPeer> peers)
    {
        // Sorted, a block comes before those within it.
        var nodes = new SortedDictionary<Cidr, Node>();
        foreach (var peer in peers)
        {
            NodeOf(nodes, peer.Block).Peers.Add(peer);
            foreach (var exception in peer.Exceptions)
            {
                NodeOf(nodes, exception).Exempted.Add(peer);
            }
        }

        var entries = ImmutableArray.CreateBuilder<SetEntry>();
        var around = new Stack<(Cidr Block, bool IsIn)>();
        var open = new OpenPeers();
        var isComplement = false;
        foreach (var (block, node) in nodes)
        {
            while (around.TryPeek(out var outer) && !outer.Block.Contains(block))
            {
                open.Leave(nodes[around.Pop().Block]);
            }

            open.Enter(node);
            var isIn = open.Any;
            if (block.PrefixLength == 0)
            {
                isComplement = isIn;
            }
            else if (isIn != (around.TryPeek(out var parent) ? parent.IsIn : false))
            {
                entries.Add(SetEntry.From(block, isException: isIn == isComplement));
            }

            around.Push((block, isIn));
        }

        return new(isComplement, entries.DrainToImmutable());
    }

    private static Node NodeOf(SortedDictionary<Cidr, Node> nodes, Cidr block)
    {
        if (!nodes.TryGetValue(block, out var node))
        {
            nodes[block] = node = new Node();
        }

        return node;
    }

    /// <summary>What begins to hold within a block.</summary>
    private sealed class Node
    {
        /// <summary>Peers whose block it is.</summary>
        public List<BlockPeer> Peers { get; } = [];

        /// <summary>Peers that except it.</summary>
        public List<BlockPeer> Exempted { get; } = [];
    }

    /// <summary>The peers that have the addresses of the current block, counted against their exceptions around it.</summary>
    private sealed class OpenPeers
    {
        private readonly Dictionary<BlockPeer, int> _exceptions = new(ReferenceEqualityComparer.Instance);
        private int _in;

        public bool Any => _in > 0;

        public void Enter(Node node)
        {
            foreach (var peer in node.Peers)
            {
                _exceptions.Add(peer, 0);
                _in++;
            }

            node.Exempted.ForEach(peer => Count(peer, 1));
        }

        public void Leave(Node node)
        {
            node.Exempted.ForEach(peer => Count(peer, -1));
            foreach (var peer in node.Peers)
            {
                _exceptions.Remove(peer);
                _in--;
            }
        }

        private void Count(BlockPeer peer, int change)
        {
            var before = _exceptions[peer];
            _exceptions[peer] = before + change;
            _in += (before + change == 0 ? 1 : 0) - (before == 0 ? 1 : 0);
        }
    }
}

/// <summary>A peer given as a block of addresses less its exceptions.</summary>
internal sealed record BlockPeer(Cidr Block, IReadOnlyList<Cidr> Exceptions)
{
    /// <summary>
    /// Reads the block; null, and reported, when it cannot be read or when an exception cannot: leaving out the exception alone
    /// would allow what was to be left out.
    /// </summary>
    public static BlockPeer? Read(V1IPBlock block, string field, Action<string, string, string> report)
    {
        if (!Cidr.TryParseLenient(block.Cidr, out var cidr))
        {
            report($"{field}.cidr", block.Cidr, "is not a CIDR");
            return null;
        }

        var exceptions = new List<Cidr>();
        foreach (var text in block.Except ?? [])
        {
            if (!Cidr.TryParseLenient(text, out var exception))
            {
                report($"{field}.except", text, "is not a CIDR");
                return null;
            }

            if (exception.Overlaps(cidr))
            {
                exceptions.Add(exception);
            }
        }

        return exceptions.Exists(exception => exception.Contains(cidr)) ? null : new BlockPeer(cidr, exceptions);
    }
}

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
