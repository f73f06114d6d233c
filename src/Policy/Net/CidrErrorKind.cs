namespace Palisade.Policy.Net;

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
