using Palisade.Policy.Net;

namespace Palisade.Dataplane.Tests.Model;

/// <summary>First packet of a connection, or, when not new, one of an established one.</summary>
public sealed record Packet(IpAddress Source, IpAddress Destination, byte Protocol, int Port)
{
    public const byte Tcp = 6;
    public const byte Udp = 17;
    public const byte Icmp = 1;
    public const byte IcmpV6 = 58;
    public const byte Sctp = 132;

    public bool IsEstablished { get; init; }

    public IpFamily Family => Source.Family;

    /// <summary>The network header, as the bpf match sees it; only the addresses are filled in.</summary>
    public byte[] Header()
    {
        var header = new byte[40];
        var (source, destination) = Family == IpFamily.IPv4 ? (12, 16) : (8, 24);
        Source.ToIPAddress().GetAddressBytes().CopyTo(header, source);
        Destination.ToIPAddress().GetAddressBytes().CopyTo(header, destination);
        return header;
    }
}
