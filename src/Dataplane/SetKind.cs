namespace Palisade.Dataplane;

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
