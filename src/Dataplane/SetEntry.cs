using System.Runtime.InteropServices;
using Palisade.Policy.Net;

namespace Palisade.Dataplane;

/// <summary>An entry of a set; which members count depends on the set's kind, the others are 0.</summary>
/// <param name="Address">The address, or first address of the block, as a number.</param>
/// <param name="PrefixLength">Length of the block's prefix.</param>
/// <param name="IsException">Whether the block is an exception: <c>nomatch</c>.</param>
/// <param name="Protocol">IP protocol number.</param>
/// <param name="Port">Port number.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SetEntry(UInt128 Address, byte PrefixLength, bool IsException, byte Protocol, ushort Port)
    : IComparable<SetEntry>
{
    /// <summary>An address of a set of addresses or of classes.</summary>
    public static SetEntry From(IpAddress address) => new(address.Value, 0, false, 0, 0);

    /// <summary>An address with a port.</summary>
    public static SetEntry From(IpAddress address, byte protocol, int port) => new(address.Value, 0, false, protocol, (ushort)port);

    /// <summary>A block of addresses.</summary>
    public static SetEntry From(Cidr block, bool isException = false) => new(block.First, (byte)block.PrefixLength, isException, 0, 0);

    /// <summary>The block of a set of blocks.</summary>
    public Cidr Block(IpFamily family) => new(new IpAddress(family, Address), PrefixLength);

    /// <summary>A port number.</summary>
    public static SetEntry From(int port) => new(0, 0, false, 0, (ushort)port);

    /// <inheritdoc/>
    public int CompareTo(SetEntry other)
    {
        var order = Address.CompareTo(other.Address);
        order = order != 0 ? order : PrefixLength.CompareTo(other.PrefixLength);
        order = order != 0 ? order : Protocol.CompareTo(other.Protocol);
        order = order != 0 ? order : Port.CompareTo(other.Port);
        return order != 0 ? order : IsException.CompareTo(other.IsException);
    }

    /// <summary>Whether the left entry comes before the right one.</summary>
    public static bool operator <(SetEntry left, SetEntry right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left entry comes after the right one.</summary>
    public static bool operator >(SetEntry left, SetEntry right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left entry does not come after the right one.</summary>
    public static bool operator <=(SetEntry left, SetEntry right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left entry does not come before the right one.</summary>
    public static bool operator >=(SetEntry left, SetEntry right) => left.CompareTo(right) >= 0;
}

/// <summary>Types of ipset that the layout uses.</summary>
public enum SetKind
{
    /// <summary>Addresses: <c>hash:ip</c>.</summary>
    Addresses,

    /// <summary>Addresses, each with the class that it puts on a packet's mark: <c>hash:ip</c> with <c>skbinfo</c>.</summary>
    Classes,

    /// <summary>Addresses, each with a port and protocol: <c>hash:ip,port</c>.</summary>
    AddressPorts,

    /// <summary>Addresses, each paired with itself: <c>hash:net,net</c>.</summary>
    AddressPairs,

    /// <summary>Blocks of addresses, some of them exceptions: <c>hash:net</c>.</summary>
    Blocks,

    /// <summary>Port numbers: <c>bitmap:port</c>.</summary>
    Ports,

    /// <summary>
    /// Server address and port, and client address, of connections that were cut: <c>hash:ip,port,ip</c> with <c>timeout</c>. The
    /// entries come and go by themselves and are no part of a ruleset.
    /// </summary>
    Cut,
}

/// <summary>A match of a packet against a set.</summary>
/// <param name="Set">Name of the set.</param>
/// <param name="Dimensions">What of the packet is looked up: <c>src</c>, <c>dst</c> or <c>dst,dst</c>.</param>
/// <param name="IsNegated">Whether the packet must not be in the set.</param>
public sealed record SetLookup(string Set, string Dimensions, bool IsNegated = false)
{
    /// <summary>The match as iptables-save prints it.</summary>
    public override string ToString() => $"-m set {(IsNegated ? "! " : "")}--match-set {Set} {Dimensions}";
}
