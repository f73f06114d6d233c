using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Palisade.Policy.Net;

/// <summary>
/// A block of addresses: a network address without host bits, and the length of its prefix. Ordered by family, first address,
/// then the wider block first. The default value is 0.0.0.0/0 of no family; do not use it.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Cidr : IComparable<Cidr>
{
    /// <summary>Makes the block of that prefix length which contains the address; host bits are cleared.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The prefix length is negative or longer than the address.</exception>
    public Cidr(IpAddress address, int prefixLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(prefixLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefixLength, IpAddress.Bits(address.Family));
        Family = address.Family;
        PrefixLength = prefixLength;
        First = address.Value & ~HostMask;
    }

    /// <summary>Every IPv4 address.</summary>
    public static Cidr AllIPv4 { get; } = new(new(IpFamily.IPv4, 0), 0);

    /// <summary>Every IPv6 address.</summary>
    public static Cidr AllIPv6 { get; } = new(new(IpFamily.IPv6, 0), 0);

    /// <summary>Family of the addresses.</summary>
    public IpFamily Family { get; }

    /// <summary>Number of leading bits that all addresses of the block share.</summary>
    public int PrefixLength { get; }

    /// <summary>First address of the block, as a number.</summary>
    public UInt128 First { get; }

    /// <summary>Last address of the block, as a number.</summary>
    public UInt128 Last => First | HostMask;

    /// <summary>The network address.</summary>
    public IpAddress Network => new(Family, First);

    /// <summary>Whether the block is a single address.</summary>
    public bool IsSingle => PrefixLength == IpAddress.Bits(Family);

    // IPv4 is by far the more common, and 64 bits are by far faster than 128.
    private UInt128 HostMask =>
        Family == IpFamily.IPv4 ? (1UL << (32 - PrefixLength)) - 1
        : PrefixLength == 0 ? UInt128.MaxValue
        : (UInt128.One << (128 - PrefixLength)) - 1;

    /// <summary>The block of a single address.</summary>
    public static Cidr Single(IpAddress address) => new(address, IpAddress.Bits(address.Family));

    /// <summary>
    /// Reads a block strictly: address, slash, prefix length, no host bits, and nothing that two programs could read differently.
    /// </summary>
    public static bool TryParse(string? text, out Cidr cidr, [NotNullWhen(false)] out CidrError? error) =>
        CidrParser.TryParse(text, out cidr, out error);

    /// <summary>
    /// Reads a block as the API server does, for NetworkPolicies that it has let in: host bits are cleared, leading zeros are
    /// decimal, an IPv4-mapped block is the IPv4 block.
    /// </summary>
    public static bool TryParseLenient(string? text, out Cidr cidr)
    {
        if (TryParse(text, out cidr, out var error))
        {
            return true;
        }

        var accepted = error.Kind is CidrErrorKind.HostBits or CidrErrorKind.LeadingZeros or CidrErrorKind.IPv4Mapped;
        cidr = error.Meant ?? default;
        return accepted && error.Meant is not null;
    }

    /// <summary>Reads a block as <see cref="TryParse"/> does.</summary>
    /// <exception cref="FormatException">The text is no CIDR.</exception>
    public static Cidr Parse(string text) =>
        TryParse(text, out var cidr, out var error) ? cidr : throw new FormatException($"'{text}' {error.Message}");

    /// <summary>Whether every address of the other block is in this one.</summary>
    public bool Contains(Cidr other) => Family == other.Family && PrefixLength <= other.PrefixLength && (other.First & ~HostMask) == First;

    /// <summary>Whether the address is in the block.</summary>
    public bool Contains(IpAddress address) => Family == address.Family && First <= address.Value && address.Value <= Last;

    /// <summary>Whether the blocks share an address.</summary>
    public bool Overlaps(Cidr other) => Contains(other) || other.Contains(this);

    /// <inheritdoc/>
    public int CompareTo(Cidr other)
    {
        var byNetwork = Network.CompareTo(other.Network);
        return byNetwork != 0 ? byNetwork : PrefixLength - other.PrefixLength;
    }

    /// <summary>Whether the left block comes before the right one.</summary>
    public static bool operator <(Cidr left, Cidr right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left block comes after the right one.</summary>
    public static bool operator >(Cidr left, Cidr right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left block does not come after the right one.</summary>
    public static bool operator <=(Cidr left, Cidr right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left block does not come before the right one.</summary>
    public static bool operator >=(Cidr left, Cidr right) => left.CompareTo(right) >= 0;

    /// <summary>The block in CIDR notation, such as 10.0.0.0/8.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Network}/{PrefixLength}");
}

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
