using System.Runtime.InteropServices;

namespace Palisade.Policy.Net;

/// <summary>Addresses of one family from a first to a last one, inclusive.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AddressRange(IpFamily Family, UInt128 First, UInt128 Last)
{
    public static AddressRange From(Cidr block) => new(block.Family, block.First, block.Last);

    public bool Overlaps(AddressRange other) => Family == other.Family && First <= other.Last && other.First <= Last;

    /// <summary>Whether all of this range comes before all of the other.</summary>
    public bool EndsBefore(AddressRange other) => Family < other.Family || (Family == other.Family && Last < other.First);

    public bool EndsNoLaterThan(AddressRange other) => Family < other.Family || (Family == other.Family && Last <= other.Last);

    /// <summary>Joins a range that does not begin before this one, if they overlap or touch.</summary>
    public bool TryJoin(AddressRange next, out AddressRange joined)
    {
        joined = this with { Last = UInt128.Max(Last, next.Last) };
        return Family == next.Family && (next.First <= Last || next.First - 1 == Last);
    }

    /// <summary>Appends the fewest blocks that make up the range: at each step the widest that begins here and fits.</summary>
    public void AppendCidrs(List<Cidr> blocks)
    {
        var bits = IpAddress.Bits(Family);
        var at = First;
        while (true)
        {
            var prefixLength = bits - Math.Min(bits, (int)UInt128.TrailingZeroCount(at));
            var block = new Cidr(new(Family, at), prefixLength);
            while (block.Last > Last)
            {
                block = new Cidr(new(Family, at), ++prefixLength);
            }

            blocks.Add(block);
            if (block.Last == Last)
            {
                return;
            }

            at = block.Last + 1;
        }
    }

    /// <summary>Orders by family, then first address.</summary>
    public static int CompareStart(AddressRange left, AddressRange right) =>
        left.Family != right.Family ? left.Family - right.Family : left.First.CompareTo(right.First);
}
