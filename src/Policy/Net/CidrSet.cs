namespace Palisade.Policy.Net;

/// <summary>
/// A set of addresses of both families, with exact algebra. Held as sorted ranges that neither overlap nor touch, so that equal
/// sets are equal values, and every operation takes time in proportion to the ranges.
/// </summary>
public sealed class CidrSet : IEquatable<CidrSet>
{
    private readonly AddressRange[] _ranges;

    private CidrSet(AddressRange[] ranges) => _ranges = ranges;

    /// <summary>The set without an address.</summary>
    public static CidrSet Empty { get; } = new([]);

    /// <summary>Every address of both families.</summary>
    public static CidrSet All { get; } = From([Cidr.AllIPv4, Cidr.AllIPv6]);

    /// <summary>Whether there is no address in the set.</summary>
    public bool IsEmpty => _ranges.Length == 0;

    /// <summary>The ranges, sorted; they neither overlap nor touch.</summary>
    internal ReadOnlySpan<AddressRange> Ranges => _ranges;

    /// <summary>The set of the addresses of all the ranges.</summary>
    internal static CidrSet From(IEnumerable<AddressRange> ranges) => new(Merge(ranges));

    /// <summary>The set of the addresses of all the blocks.</summary>
    public static CidrSet From(params IEnumerable<Cidr> blocks) => new(Merge(blocks.Select(AddressRange.From)));

    /// <summary>The addresses that are in any of the sets.</summary>
    public static CidrSet Union(IEnumerable<CidrSet> sets) => new(Merge(sets.SelectMany(set => set._ranges)));

    /// <summary>The addresses that are in either set.</summary>
    public CidrSet Union(CidrSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new(Merge(_ranges.Concat(other._ranges)));
    }

    /// <summary>The addresses of this set that are not in the other.</summary>
    public CidrSet Except(CidrSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var left = new List<AddressRange>();
        var next = 0;
        foreach (var range in _ranges)
        {
            while (next < other._ranges.Length && other._ranges[next].EndsBefore(range))
            {
                next++;
            }

            var rest = range;
            var exhausted = false;
            for (var i = next; !exhausted && i < other._ranges.Length && other._ranges[i].Overlaps(rest); i++)
            {
                var hole = other._ranges[i];
                if (hole.First > rest.First)
                {
                    left.Add(rest with { Last = hole.First - 1 });
                }

                exhausted = hole.Last >= rest.Last;
                rest = exhausted ? rest : rest with { First = hole.Last + 1 };
            }

            if (!exhausted)
            {
                left.Add(rest);
            }
        }

        return new([.. left]);
    }

    /// <summary>The addresses that are in both sets.</summary>
    public CidrSet Intersect(CidrSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var common = new List<AddressRange>();
        int i = 0,
            j = 0;
        while (i < _ranges.Length && j < other._ranges.Length)
        {
            var (a, b) = (_ranges[i], other._ranges[j]);
            if (a.Overlaps(b))
            {
                common.Add(a with { First = UInt128.Max(a.First, b.First), Last = UInt128.Min(a.Last, b.Last) });
            }

            if (a.EndsNoLaterThan(b))
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        return new([.. common]);
    }

    /// <summary>Whether the address is in the set.</summary>
    public bool Contains(IpAddress address) => Find(address.Family, address.Value) is { } range && address.Value <= range.Last;

    /// <summary>Whether every address of the block is in the set.</summary>
    public bool Covers(Cidr block) => Find(block.Family, block.First) is { } range && block.Last <= range.Last;

    /// <summary>Whether every address of the other set is in this one.</summary>
    public bool Covers(CidrSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (var range in other._ranges)
        {
            if (Find(range.Family, range.First) is not { } around || around.Last < range.Last)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether some address of the block is in the set.</summary>
    public bool Overlaps(Cidr block) => Find(block.Family, block.Last) is { } range && block.First <= range.Last;

    /// <summary>Whether the sets share an address.</summary>
    public bool Overlaps(CidrSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var (few, many) = _ranges.Length <= other._ranges.Length ? (this, other) : (other, this);
        foreach (var range in few._ranges)
        {
            if (many.Find(range.Family, range.Last) is { } last && range.First <= last.Last)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The shortest list of blocks that are together exactly this set, in order.</summary>
    public IReadOnlyList<Cidr> ToCidrs()
    {
        var blocks = new List<Cidr>();
        foreach (var range in _ranges)
        {
            range.AppendCidrs(blocks);
        }

        return blocks;
    }

    /// <inheritdoc/>
    public bool Equals(CidrSet? other) => other is not null && _ranges.AsSpan().SequenceEqual(other._ranges);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CidrSet);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var range in _ranges)
        {
            hash.Add(range);
        }

        return hash.ToHashCode();
    }

    /// <summary>The blocks, separated by commas.</summary>
    public override string ToString() => string.Join(", ", ToCidrs());

    /// <summary>The last range that begins at or before the address.</summary>
    private AddressRange? Find(IpFamily family, UInt128 address)
    {
        var sought = new AddressRange(family, address, address);
        int low = 0,
            high = _ranges.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (AddressRange.CompareStart(_ranges[middle], sought) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low > 0 && _ranges[low - 1].Family == family ? _ranges[low - 1] : null;
    }

    private static AddressRange[] Merge(IEnumerable<AddressRange> ranges)
    {
        var sorted = ranges.ToArray();
        Array.Sort(sorted, AddressRange.CompareStart);
        var merged = new List<AddressRange>(sorted.Length);
        foreach (var range in sorted)
        {
            if (merged.Count > 0 && merged[^1].TryJoin(range, out var joined))
            {
                merged[^1] = joined;
            }
            else
            {
                merged.Add(range);
            }
        }

        return [.. merged];
    }
}
