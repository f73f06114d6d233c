using System.Buffers.Binary;
using Palisade.Dataplane;
using Palisade.Netfilter.Netlink;
using Palisade.Policy.Net;

namespace Palisade.Netfilter.Conntrack;

/// <summary>Messages of connection tracking (linux/netfilter/nfnetlink_conntrack.h).</summary>
internal static class ConntrackMessage
{
    private const ushort Subsystem = 1 << 8;
    private const ushort New = Subsystem;
    private const ushort Get = Subsystem | 1;
    private const ushort Delete = Subsystem | 2;

    private const int Original = 1;
    private const int Reply = 2;
    private const int Zone = 18;
    private const int TupleIp = 1;
    private const int TupleProtocol = 2;

    /// <summary>Asks for all entries of a family.</summary>
    public static byte[] List(IpFamily family) =>
        new NetlinkRequest(Get, NetlinkRequest.Request | NetlinkRequest.Dump, NetlinkSocket.Family(family)).ToArray();

    /// <summary>Asks to delete an entry.</summary>
    public static byte[] Remove(ConntrackFlow flow) =>
        new NetlinkRequest(Delete, NetlinkRequest.Request | NetlinkRequest.Acknowledge, NetlinkSocket.Family(flow.Source.Family))
            .AddWhole(flow.Key)
            .ToArray();

    /// <summary>Reads the flow of a message, when it is one.</summary>
    /// <param name="messages">At the message.</param>
    /// <param name="isWanted">Which flows are wanted; asked before anything is kept of one, since a table may have millions.</param>
    public static ConntrackFlow? Read(NetlinkMessages messages, Func<TrackedConnection, bool> isWanted)
    {
        if (messages.Type != New)
        {
            return null;
        }

        var attributes = messages.Attributes;
        var original = attributes.Nested(Original);
        var reply = attributes.Nested(Reply);
        var protocol = original.Nested(TupleProtocol)[1];
        // Who answers is the reply's source: behind a Service's address, the pod that it was translated to.
        if (Address(original) is not { } source || Address(reply) is not { } answerer || protocol.Length != 1)
        {
            return null;
        }

        var port = SourcePort(reply);
        if (!isWanted(new TrackedConnection(source, answerer, protocol[0], port)))
        {
            return null;
        }

        byte[] key = [.. attributes.Whole(Original), .. attributes.Whole(Zone)];
        return new ConntrackFlow(source, SourcePort(original), answerer, port, protocol[0], key);
    }

    private static int SourcePort(NetlinkAttributes tuple)
    {
        var port = tuple.Nested(TupleProtocol)[2];
        return port.Length == 2 ? BinaryPrimitives.ReadUInt16BigEndian(port) : 0;
    }

    /// <summary>The tuple's source: CTA_IP_V4_SRC 1 or CTA_IP_V6_SRC 3.</summary>
    private static IpAddress? Address(NetlinkAttributes tuple)
    {
        var ip = tuple.Nested(TupleIp);
        if (ip[1] is { Length: sizeof(uint) } four)
        {
            return new(IpFamily.IPv4, BinaryPrimitives.ReadUInt32BigEndian(four));
        }

        if (ip[3] is not { Length: 16 } six)
        {
            return null;
        }

        var value = BinaryPrimitives.ReadUInt128BigEndian(six);
        return value >> 32 == 0xffff ? new(IpFamily.IPv4, (uint)value) : new(IpFamily.IPv6, value);
    }
}

/// <summary>A connection that the kernel tracks, with the addresses that rules see: after a Service's translation, before a masquerade.</summary>
public sealed class ConntrackFlow
{
    internal ConntrackFlow(IpAddress source, int sourcePort, IpAddress destination, int destinationPort, byte protocol, byte[] key)
    {
        (Source, SourcePort, Destination, DestinationPort) = (source, sourcePort, destination, destinationPort);
        (Protocol, Key) = (protocol, key);
    }

    /// <summary>Who opened it.</summary>
    public IpAddress Source { get; }

    /// <summary>Port of who opened it; 0 for protocols without ports.</summary>
    public int SourcePort { get; }

    /// <summary>Who answers it.</summary>
    public IpAddress Destination { get; }

    /// <summary>IP protocol number: 6 TCP, 17 UDP, 132 SCTP.</summary>
    public byte Protocol { get; }

    /// <summary>Port of who answers it; 0 for protocols without ports.</summary>
    public int DestinationPort { get; }

    /// <summary>What rules saw of its first packet.</summary>
    internal TrackedConnection Connection => new(Source, Destination, Protocol, DestinationPort);

    /// <summary>What the kernel finds the entry by: attributes as it gave them.</summary>
    internal byte[] Key { get; }
}
