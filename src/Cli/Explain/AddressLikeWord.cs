using Palisade.Policy.Net;

namespace Palisade.Cli.Explain;

/// <summary>Tells words that are meant as addresses and are none from names.</summary>
internal static class AddressLikeWord
{
    /// <summary>What is wrong with a word that looks like an address and is none; null when it does not look like one.</summary>
    public static string? FindProblem(string text)
    {
        if (!LooksLikeAddress(text))
        {
            return null;
        }
        // As a block of one address, of which the parser knows what is wrong.
        var isSix = text.Contains(':', StringComparison.Ordinal);
        if (Cidr.TryParse($"{text}/{(isSix ? 128 : 32)}", out _, out var error))
        {
            return null;
        }
        var instead = error.Meant is { } meant ? $": write {meant.Network}" : "";
        var why = error.Kind switch
        {
            CidrErrorKind.OctetTooBig => "octets must be at most 255",
            CidrErrorKind.LeadingZeros when isSix => $"groups must have at most four digits{instead}",
            CidrErrorKind.LeadingZeros => $"octets must not have leading zeros, which may be read as octal{instead}",
            CidrErrorKind.HexadecimalOctet => "octets must be decimal",
            CidrErrorKind.IPv4Mapped => $"it is an IPv4-mapped IPv6 address{instead}",
            CidrErrorKind.Zone => $"it must not name a zone{instead}",
            CidrErrorKind.ShortForm => "it must have four octets",
            _ => isSix ? "an IPv6 address is for example 2001:db8::1" : "an IPv4 address is for example 10.0.0.1",
        };
        return $"\"{text}\" is not an IP address: {why}";
    }

    private static bool LooksLikeAddress(string text)
    {
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return true;
        }
        var octets = text.Split('.');
        return octets.Length > 1 && octets.All(IsNumber);
    }

    private static bool IsNumber(string octet) =>
        octet.Length > 0
        && (
            octet.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
                ? octet.Skip(2).All(char.IsAsciiHexDigit)
                : octet.All(char.IsAsciiDigit)
        );
}
