namespace Palisade.Policy.Net;

/// <summary>Version of the Internet Protocol.</summary>
public enum IpFamily
{
    /// <summary>Version 4, 32 bits.</summary>
    IPv4 = 4,

    /// <summary>Version 6, 128 bits.</summary>
    IPv6 = 6,
}
