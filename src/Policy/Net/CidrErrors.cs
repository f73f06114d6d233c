using System.Globalization;

namespace Palisade.Policy.Net;

/// <summary>Finds out why a string is not a CIDR. Off the fast path: it is asked only once parsing has failed.</summary>
internal static class CidrErrors
{
    public static CidrError MissingPrefixLength(IpAddress address)
    {
        var (single, likely) = (Cidr.Single(address), Likely(address));
        return single == likely
            ? new(CidrErrorKind.MissingPrefixLength, $"must end in a prefix length: write \"{single}\" for this one address", single)
            : new(
                CidrErrorKind.MissingPrefixLength,
                $"must end in a prefix length: write \"{likely}\" for the network, or \"{single}\" for this one address",
                null
            );
    }

    public static CidrError PrefixLengthTooLong(IpAddress address)
    {
        var likely = Likely(address);
        return new(
            CidrErrorKind.PrefixLengthTooLong,
            $"prefix length must be at most {IpAddress.Bits(address.Family)}, for example \"{likely}\"",
            likely
        );
    }

    public static CidrError HostBits(Cidr masked) =>
        new(CidrErrorKind.HostBits, $"must not have bits set beyond its prefix length: write \"{masked}\"", masked);

    public static CidrError BadPrefixLength(IpAddress address, string text)
    {
        if (address.Family == IpFamily.IPv4 && LengthOfMask(text) is { } length)
        {
            var meant = new Cidr(address, length);
            return new(CidrErrorKind.BadPrefixLength, $"must have a prefix length, not a mask: write \"{meant}\"", meant);
        }

        if (Length(text) is { } number && number <= IpAddress.Bits(address.Family))
        {
            var meant = new Cidr(address, number);
            return new(CidrErrorKind.LeadingZeros, $"prefix length must not have leading zeros: write \"{meant}\"", meant);
        }

        return new(
            CidrErrorKind.BadPrefixLength,
            $"prefix length must be a number from 0 to {IpAddress.Bits(address.Family)}, for example \"{Likely(address)}\"",
            null
        );
    }

    /// <summary>Spaces somewhere in the text, which cannot be seen when they stand at an end.</summary>
    public static CidrError Spaces(string text)
    {
        var squeezed = string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
        var meant = Cidr.TryParse(squeezed, out var cidr, out _) ? cidr : (Cidr?)null;
        return new(CidrErrorKind.Spaces, $"must not contain spaces{Instead(meant)}", meant);
    }

    /// <summary>Why what stands before the slash is no address.</summary>
    public static CidrError OfAddress(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var head = slash < 0 ? text : text[..slash];
        var tail = slash < 0 ? null : text[(slash + 1)..];
        return head.Contains(':', StringComparison.Ordinal) ? OfIPv6(head, tail) : OfIPv4(head, tail);
    }

    private static CidrError OfIPv6(string head, string? tail)
    {
        if (head.Contains('%', StringComparison.Ordinal))
        {
            var bare = Meant(head[..head.IndexOf('%', StringComparison.Ordinal)], tail);
            return new(CidrErrorKind.Zone, $"must not name a zone{Instead(bare)}", bare);
        }

        if (AddressParser.TryParseIPv6(head, AddressLeniency.None, out var six))
        {
            var mapped = MeantOfMapped(new(IpFamily.IPv6, six), tail);
            return new(CidrErrorKind.IPv4Mapped, $"must not be an IPv4-mapped IPv6 address{Instead(mapped)}", mapped);
        }

        if (AddressParser.TryParseIPv6(head, AddressLeniency.LeadingZeros, out _))
        {
            var meant = Meant(head, tail);
            return new(CidrErrorKind.LeadingZeros, $"groups must have at most four digits{Instead(meant)}", meant);
        }

        return new(CidrErrorKind.NotAnAddress, "must begin with an IPv6 address, for example \"2001:db8::/32\"", null);
    }

    private static CidrError OfIPv4(string head, string? tail)
    {
        var octets = head.Split('.');
        if (octets.Any(o => o.StartsWith("0x", StringComparison.OrdinalIgnoreCase)))
        {
            return new(CidrErrorKind.HexadecimalOctet, "octets must be decimal, for example \"10.0.0.0/8\"", null);
        }

        if (!octets.All(o => o.Length > 0 && o.All(char.IsAsciiDigit)) || octets.Length > 4)
        {
            return new(CidrErrorKind.NotAnAddress, "must begin with an IP address, for example \"10.0.0.0/8\"", null);
        }

        if (octets.Any(o => o.TrimStart('0').Length > 3 || int.Parse(o, CultureInfo.InvariantCulture) > 255))
        {
            return new(CidrErrorKind.OctetTooBig, "octets must be at most 255, for example \"10.0.0.0/8\"", null);
        }

        var padded = string.Join('.', octets.Concat(["0", "0", "0"]).Take(4));
        var meant = Meant(padded, tail);
        return octets.Length < 4
            ? new(CidrErrorKind.ShortForm, $"must have four octets{Instead(meant)}", meant)
            : new(CidrErrorKind.LeadingZeros, $"octets must not have leading zeros, which may be read as octal{Instead(meant)}", meant);
    }

    private static string Instead(Cidr? meant) => meant is null ? "" : $": write \"{meant}\"";

    /// <summary>The block that the API server, or else a person, would take head and tail for.</summary>
    private static Cidr? Meant(string head, string? tail)
    {
        IpAddress address;
        if (AddressParser.TryParseIPv4(head, AddressLeniency.LeadingZeros, out var four))
        {
            address = new(IpFamily.IPv4, four);
        }
        else if (AddressParser.TryParseIPv6(head, AddressLeniency.LeadingZeros, out var six))
        {
            address = new(IpFamily.IPv6, six);
        }
        else
        {
            return null;
        }

        return Length(tail) is { } length && length <= IpAddress.Bits(address.Family) ? MeantOfMapped(address, tail) : null;
    }

    /// <summary>An IPv4-mapped block of at least the 96 bits that map is the IPv4 block; a shorter one stays IPv6.</summary>
    private static Cidr? MeantOfMapped(IpAddress address, string? tail)
    {
        if (Length(tail) is not { } length || length > IpAddress.Bits(address.Family))
        {
            return null;
        }

        var maps = address.Family == IpFamily.IPv6 && IpAddress.IsIPv4Mapped(address.Value) && length >= 96;
        return maps ? new Cidr(new(IpFamily.IPv4, address.Value & uint.MaxValue), length - 96) : new Cidr(address, length);
    }

    private static int? Length(string? tail)
    {
        if (string.IsNullOrEmpty(tail))
        {
            return null;
        }

        var digits = tail.TrimStart('0');
        return CidrParser.TryParsePrefixLength(digits.Length == 0 ? "0" : digits, out var length) ? length : null;
    }

    /// <summary>The prefix length of a mask such as 255.255.0.0.</summary>
    private static int? LengthOfMask(string text)
    {
        if (!AddressParser.TryParseIPv4(text, AddressLeniency.None, out var mask))
        {
            return null;
        }

        var length = UInt128.PopCount(mask);
        var hosts = (uint)~(uint)mask;
        return (hosts & (hosts + 1)) == 0 ? (int)length : null;
    }

    /// <summary>The block that ends where the last octet or group that is not zero ends.</summary>
    private static Cidr Likely(IpAddress address)
    {
        var step = address.Family == IpFamily.IPv4 ? 8 : 16;
        var length = 0;
        while (new Cidr(address, length).Network != address)
        {
            length += step;
        }

        return new(address, length);
    }
}

/// <summary>Why a string is not a CIDR, and what may have been meant.</summary>
/// <param name="Kind">Constant reason.</param>
/// <param name="Message">What must be, and how to fix it; continues a sentence that began with the field and the value.</param>
/// <param name="Meant">
/// What the text very likely stands for, or null when nobody can tell. The API server reads leading zeros, host bits and
/// IPv4-mapped addresses as this.
/// </param>
public sealed record CidrError(CidrErrorKind Kind, string Message, Cidr? Meant);

/// <summary>Why a string is not a CIDR.</summary>
public enum CidrErrorKind
{
    /// <summary>There is no text.</summary>
    Empty,

    /// <summary>Neither an IPv4 nor an IPv6 address stands before the slash.</summary>
    NotAnAddress,

    /// <summary>There are spaces in the text.</summary>
    Spaces,

    /// <summary>The slash and the prefix length are missing.</summary>
    MissingPrefixLength,

    /// <summary>What follows the slash is no plain decimal number.</summary>
    BadPrefixLength,

    /// <summary>The prefix length is greater than the address has bits.</summary>
    PrefixLengthTooLong,

    /// <summary>An IPv4 address of fewer than four octets, such as <c>10/8</c>.</summary>
    ShortForm,

    /// <summary>An octet has leading zeros, which some programs read as octal.</summary>
    LeadingZeros,

    /// <summary>An octet is hexadecimal.</summary>
    HexadecimalOctet,

    /// <summary>An octet is greater than 255.</summary>
    OctetTooBig,

    /// <summary>An IPv6 address that stands for an IPv4 address, such as <c>::ffff:10.0.0.0</c>.</summary>
    IPv4Mapped,

    /// <summary>An IPv6 address with a zone, such as <c>fe80::1%eth0</c>.</summary>
    Zone,

    /// <summary>Bits are set beyond the prefix length.</summary>
    HostBits,
}
