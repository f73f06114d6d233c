using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Palisade.Policy.Net;

/// <summary>An address as a number of its family; ordered by family, then number.</summary>
/// <param name="Family">Family of the address.</param>
/// <param name="Value">The address as a number: 32 bits of it for IPv4, 128 for IPv6.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct IpAddress(IpFamily Family, UInt128 Value) : IComparable<IpAddress>
{
    /// <summary>Bits of an address of the family.</summary>
    public static int Bits(IpFamily family) => family == IpFamily.IPv4 ? 32 : 128;

    /// <summary>
    /// Reads an address strictly: four decimal octets without leading zeros, or IPv6 without a zone. An IPv4-mapped IPv6 address
    /// is not taken.
    /// </summary>
    public static bool TryParse(string? text, out IpAddress address)
    {
        address = default;
        if (AddressParser.TryParseIPv4(text, AddressLeniency.None, out var four))
        {
            address = new(IpFamily.IPv4, four);
            return true;
        }

        if (AddressParser.TryParseIPv6(text, AddressLeniency.None, out var six) && !IsIPv4Mapped(six))
        {
            address = new(IpFamily.IPv6, six);
            return true;
        }

        return false;
    }

    /// <summary>Reads an address as <see cref="TryParse"/> does.</summary>
    /// <exception cref="FormatException">The text is no address.</exception>
    public static IpAddress Parse(string text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is not an IP address");

    /// <summary>Takes an address of the framework; an IPv4-mapped IPv6 address becomes the IPv4 address, a zone is dropped.</summary>
    public static IpAddress From(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        UInt128 value = 0;
        foreach (var octet in address.GetAddressBytes())
        {
            value = (value << 8) | octet;
        }

        return new(address.AddressFamily == AddressFamily.InterNetwork ? IpFamily.IPv4 : IpFamily.IPv6, value);
    }

    /// <summary>The address in the framework's form.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> octets = stackalloc byte[Bits(Family) / 8];
        var rest = Value;
        for (var i = octets.Length - 1; i >= 0; i--)
        {
            octets[i] = (byte)rest;
            rest >>= 8;
        }

        return new IPAddress(octets);
    }

    /// <inheritdoc/>
    public int CompareTo(IpAddress other) => Family != other.Family ? Family - other.Family : Value.CompareTo(other.Value);

    /// <summary>Whether the left address comes before the right one.</summary>
    public static bool operator <(IpAddress left, IpAddress right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left address comes after the right one.</summary>
    public static bool operator >(IpAddress left, IpAddress right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left address does not come after the right one.</summary>
    public static bool operator <=(IpAddress left, IpAddress right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left address does not come before the right one.</summary>
    public static bool operator >=(IpAddress left, IpAddress right) => left.CompareTo(right) >= 0;

    /// <summary>The address in its usual notation.</summary>
    public override string ToString() => ToIPAddress().ToString();

    internal static bool IsIPv4Mapped(UInt128 value) => value >> 32 == 0xffff;
}

/// <summary>Version of the Internet Protocol.</summary>
public enum IpFamily
{
    /// <summary>Version 4, 32 bits.</summary>
    IPv4 = 4,

    /// <summary>Version 6, 128 bits.</summary>
    IPv6 = 6,
}
