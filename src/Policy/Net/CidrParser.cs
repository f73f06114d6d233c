using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Palisade.Policy.Net;

/// <summary>Reads CIDR notation strictly, and says of every text that is not taken why, and what to write instead.</summary>
internal static class CidrParser
{
    public static bool TryParse(string? text, out Cidr cidr, [NotNullWhen(false)] out CidrError? error)
    {
        cidr = default;
        if (string.IsNullOrEmpty(text))
        {
            error = new(CidrErrorKind.Empty, "must be a CIDR, for example \"10.0.0.0/8\" or \"2001:db8::/32\"", null);
            return false;
        }

        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var head = slash < 0 ? text : text.AsSpan(0, slash);
        if (!TryParseStrictAddress(head, out var address))
        {
            error = text.Any(char.IsWhiteSpace) ? CidrErrors.Spaces(text) : CidrErrors.OfAddress(text);
            return false;
        }

        if (slash < 0)
        {
            error = CidrErrors.MissingPrefixLength(address);
            return false;
        }

        if (!TryParsePrefixLength(text.AsSpan(slash + 1), out var prefixLength))
        {
            error = text.Any(char.IsWhiteSpace) ? CidrErrors.Spaces(text) : CidrErrors.BadPrefixLength(address, text[(slash + 1)..]);
            return false;
        }

        if (prefixLength > IpAddress.Bits(address.Family))
        {
            error = CidrErrors.PrefixLengthTooLong(address);
            return false;
        }

        cidr = new Cidr(address, prefixLength);
        error = cidr.Network == address ? null : CidrErrors.HostBits(cidr);
        return error is null;
    }

    /// <summary>Reads a prefix length: digits, without a sign and without a leading zero.</summary>
    public static bool TryParsePrefixLength(ReadOnlySpan<char> text, out int prefixLength)
    {
        prefixLength = 0;
        var wellFormed = text.Length is > 0 and < 10 && (text.Length == 1 || text[0] != '0');
        return wellFormed && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out prefixLength);
    }

    private static bool TryParseStrictAddress(ReadOnlySpan<char> text, out IpAddress address)
    {
        if (AddressParser.TryParseIPv4(text, AddressLeniency.None, out var four))
        {
            address = new(IpFamily.IPv4, four);
            return true;
        }

        var taken = AddressParser.TryParseIPv6(text, AddressLeniency.None, out var six) && !IpAddress.IsIPv4Mapped(six);
        address = new(IpFamily.IPv6, six);
        return taken;
    }
}
