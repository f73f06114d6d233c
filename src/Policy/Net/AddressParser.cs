namespace Palisade.Policy.Net;

/// <summary>
/// Reads addresses strictly. The framework's parser takes octal and hexadecimal octets, short forms and zones, which the API
/// server does not take or reads differently.
/// </summary>
internal static class AddressParser
{
    /// <summary>Four decimal octets, read in one pass: policies may have a hundred thousand of them.</summary>
    public static bool TryParseIPv4(ReadOnlySpan<char> text, AddressLeniency leniency, out UInt128 value)
    {
        value = 0;
        uint address = 0,
            octet = 0;
        int octets = 0,
            digits = 0;
        foreach (var c in text)
        {
            var digit = (uint)(c - '0');
            if (digit <= 9)
            {
                octet = (octet * 10) + digit;
                if (octet > 255 || (digits > 0 && octet < 10 && leniency != AddressLeniency.LeadingZeros))
                {
                    return false;
                }

                digits++;
            }
            else if (c == '.' && digits > 0 && octets < 3)
            {
                address = (address << 8) | octet;
                octets++;
                (octet, digits) = (0, 0);
            }
            else
            {
                return false;
            }
        }

        value = (address << 8) | octet;
        return octets == 3 && digits > 0;
    }

    public static bool TryParseIPv6(ReadOnlySpan<char> text, AddressLeniency leniency, out UInt128 value)
    {
        value = 0;
        UInt128 head = 0;
        int count = 0,
            gap = -1,
            at = 0;
        if (text.StartsWith("::", StringComparison.Ordinal))
        {
            (gap, at) = (0, 2);
        }

        while (at < text.Length)
        {
            var length = text[at..].IndexOf(':');
            var end = length < 0 ? text.Length : at + length;
            if (!TryAppendGroups(text[at..end], leniency, isLast: end == text.Length, ref head, ref count))
            {
                return false;
            }

            if (end == text.Length)
            {
                break;
            }

            at = end + 1;
            if (at == text.Length)
            {
                return false;
            }

            if (text[at] == ':')
            {
                if (gap >= 0)
                {
                    return false;
                }

                gap = count;
                at++;
            }
        }

        return TryFillGap(head, count, gap, out value);
    }

    private static bool TryAppendGroups(ReadOnlySpan<char> group, AddressLeniency leniency, bool isLast, ref UInt128 address, ref int count)
    {
        if (isLast && group.Contains('.'))
        {
            count += 2;
            var taken = TryParseIPv4(group, leniency, out var four);
            address = (address << 32) | four;
            return taken && count <= 8;
        }

        count++;
        var read = TryParseGroup(group, leniency, out var number);
        address = (address << 16) | number;
        return read && count <= 8;
    }

    /// <summary>Puts as many zero groups as are missing where <c>::</c> stood, at least one.</summary>
    private static bool TryFillGap(UInt128 groups, int count, int gap, out UInt128 value)
    {
        value = groups;
        if (gap < 0)
        {
            return count == 8;
        }

        if (count >= 8)
        {
            return false;
        }

        var after = 16 * (count - gap);
        var tail = after == 0 ? 0 : groups & (UInt128.MaxValue >> (128 - after));
        var head = gap == 0 ? 0 : (groups >> after) << (128 - (16 * gap));
        value = head | tail;
        return true;
    }

    private static bool TryParseGroup(ReadOnlySpan<char> text, AddressLeniency leniency, out uint number)
    {
        number = 0;
        if (text.IsEmpty || (text.Length > 4 && leniency != AddressLeniency.LeadingZeros))
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigit(c) || (number = (number << 4) | HexDigit(c)) > 0xffff)
            {
                return false;
            }
        }

        return true;
    }

    private static uint HexDigit(char c) => (uint)(char.IsAsciiDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
}

/// <summary>What of the API server's leniency a parser shares.</summary>
internal enum AddressLeniency
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Leading zeros, read as decimal numbers, as the API server does (<c>ParseCIDRSloppy</c>).</summary>
    LeadingZeros,
}
