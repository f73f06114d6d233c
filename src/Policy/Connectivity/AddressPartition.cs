using System.Globalization;
using Palisade.Policy.Net;

namespace Palisade.Policy.Connectivity;

/// <summary>All addresses, parted by the blocks that rules name: two addresses are in one part when every block has both or neither.</summary>
internal sealed class AddressPartition
{
    private readonly List<(AddressRange Range, int Part)> _ranges = [];
    private readonly List<HashSet<int>> _blocksOfParts = [];

    public AddressPartition(IReadOnlyList<CidrSet> blocks)
    {
        var parts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var family in (IpFamily[])[IpFamily.IPv4, IpFamily.IPv6])
        {
            Sweep(family, blocks, parts);
        }

        Parts =
        [
            .. _ranges.GroupBy(item => item.Part, item => item.Range).OrderBy(group => group.Key).Select(group => CidrSet.From(group)),
        ];
    }

    /// <summary>The parts; together every address of both families.</summary>
    public IReadOnlyList<CidrSet> Parts { get; }

    /// <summary>Whether the part lies in the block, given by its number.</summary>
    public bool IsIn(int part, int block) => _blocksOfParts[part].Contains(block);

    /// <summary>Number of the part that the address is in.</summary>
    public int PartOf(IpAddress address)
    {
        var sought = new AddressRange(address.Family, address.Value, address.Value);
        var (low, high) = (0, _ranges.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = AddressRange.CompareStart(_ranges[middle].Range, sought) <= 0 ? (middle, high) : (low, middle - 1);
        }

        return _ranges[low].Part;
    }

    /// <summary>Walks through the family's addresses from one begin or end of a block to the next.</summary>
    private void Sweep(IpFamily family, IReadOnlyList<CidrSet> blocks, Dictionary<string, int> parts)
    {
        var last = (family == IpFamily.IPv4 ? Cidr.AllIPv4 : Cidr.AllIPv6).Last;
        var changes = new SortedDictionary<UInt128, List<int>> { [0] = [] };
        for (var block = 0; block < blocks.Count; block++)
        {
            foreach (var range in blocks[block].Ranges)
            {
                if (range.Family == family)
                {
                    Note(changes, range.First, block);
                    Note(changes, range.Last == last ? null : range.Last + 1, block);
                }
            }
        }

        var within = new SortedSet<int>();
        var begins = changes.Keys.ToArray();
        for (var i = 0; i < begins.Length; i++)
        {
            within.SymmetricExceptWith(changes[begins[i]]);
            _ranges.Add((new(family, begins[i], i + 1 < begins.Length ? begins[i + 1] - 1 : last), Part(within, parts)));
        }
    }

    private int Part(SortedSet<int> within, Dictionary<string, int> parts)
    {
        var key = string.Join(',', within.Select(block => block.ToString(CultureInfo.InvariantCulture)));
        if (!parts.TryGetValue(key, out var part))
        {
            parts[key] = part = _blocksOfParts.Count;
            _blocksOfParts.Add([.. within]);
        }

        return part;
    }

    private static void Note(SortedDictionary<UInt128, List<int>> changes, UInt128? at, int block)
    {
        if (at is not { } address)
        {
            return;
        }

        if (!changes.TryGetValue(address, out var list))
        {
            changes[address] = list = [];
        }

        list.Add(block);
    }
}

/// <summary>Names sets of addresses in a few words.</summary>
internal static class AddressNames
{
    private const int MaxListed = 3;

    /// <summary>
    /// By the blocks that policies name, when these are what the set is made of; as the rest, when it is nearly everything; else by the
    /// block around it.
    /// </summary>
    /// <param name="addresses">The set.</param>
    /// <param name="named">Blocks that policies name, of which the set has all that is not of pods.</param>
    /// <param name="ofPods">Addresses of pods, which the set has none of.</param>
    public static string Describe(CidrSet addresses, IReadOnlyList<Cidr> named, CidrSet ofPods)
    {
        if (addresses.Equals(CidrSet.All))
        {
            return "any address";
        }

        var widest = named.Where(block => !named.Any(other => other != block && other.Contains(block))).Distinct().Order().ToList();
        if (widest.Count > 0 && CidrSet.From(widest).Except(ofPods).Equals(addresses))
        {
            return Listed(widest);
        }

        var parts = ((Cidr[])[Cidr.AllIPv4, Cidr.AllIPv6]).Select(all => (All: all, Part: addresses.Intersect(CidrSet.From(all)))).ToList();
        return parts.TrueForAll(item => IsNearly(item.Part, item.All))
            ? "any other address"
            : string.Join(" and ", parts.Where(item => !item.Part.IsEmpty).Select(item => OfFamily(item.Part)));
    }

    private static string Listed(List<Cidr> blocks)
    {
        var rest = blocks.Count - MaxListed;
        var listed = string.Join(", ", blocks.Take(MaxListed));
        return rest <= 0 ? listed : string.Create(CultureInfo.InvariantCulture, $"{listed} and {rest} more");
    }

    /// <summary>Whether the addresses are the whole family but for a few blocks.</summary>
    private static bool IsNearly(CidrSet addresses, Cidr all) =>
        !addresses.IsEmpty && Around(addresses) == all && Missing(addresses).Count < addresses.ToCidrs().Count;

    private static string OfFamily(CidrSet addresses)
    {
        var blocks = addresses.ToCidrs();
        var missing = Missing(addresses);
        return blocks.Count <= MaxListed ? string.Join(", ", blocks)
            : missing.Count >= blocks.Count ? string.Create(CultureInfo.InvariantCulture, $"{blocks.Count} blocks in {Around(addresses)}")
            : missing.Count <= MaxListed ? $"{Around(addresses)} except {string.Join(", ", missing)}"
            : string.Create(CultureInfo.InvariantCulture, $"{Around(addresses)} except {missing.Count} blocks");
    }

    private static IReadOnlyList<Cidr> Missing(CidrSet addresses) => CidrSet.From(Around(addresses)).Except(addresses).ToCidrs();

    /// <summary>The smallest block that has all the addresses, which are of one family.</summary>
    private static Cidr Around(CidrSet addresses)
    {
        var ranges = addresses.Ranges;
        var block = Cidr.Single(new(ranges[0].Family, ranges[0].First));
        while (block.Last < ranges[^1].Last)
        {
            block = new(block.Network, block.PrefixLength - 1);
        }

        return block;
    }
}
