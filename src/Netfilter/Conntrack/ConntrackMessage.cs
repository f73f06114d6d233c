using System.Buffers.Binary;
using System.Net;
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

    /// <summary>Reads what came in one datagram.</summary>
    /// <returns>The error number that ended the answer (0: success); null when more is to come.</returns>
    public static int? Read(ReadOnlySpan<byte> datagram, Action<ConntrackFlow> onFlow)
    {
        var messages = new NetlinkMessages(datagram);
        while (messages.MoveNext())
        {
            switch (messages.Type)
            {
                case NetlinkMessages.Done:
                    return 0;
                case NetlinkMessages.Error:
                    return messages.ErrorNumber;
                case New when ReadFlow(messages.Attributes) is { } flow:
                    onFlow(flow);
                    break;
            }
        }

        return null;
    }

    private static ConntrackFlow? ReadFlow(NetlinkAttributes attributes)
    {
        var original = attributes.Nested(Original);
        var reply = attributes.Nested(Reply);
        var protocol = original.Nested(TupleProtocol)[1];
        if (Address(original, 1) is not { } source || Address(reply, 1) is not { } answerer || protocol.Length != 1)
        {
            return null;
        }

        // Who answers is the reply's source: behind a Service's address, the pod that it was translated to.
        byte[] key = [.. attributes.Whole(Original), .. attributes.Whole(Zone)];
        return new ConntrackFlow(source, SourcePort(original), answerer, SourcePort(reply), protocol[0], key);
    }

    private static int SourcePort(NetlinkAttributes tuple)
    {
        var port = tuple.Nested(TupleProtocol)[2];
        return port.Length == 2 ? BinaryPrimitives.ReadUInt16BigEndian(port) : 0;
    }

    // CTA_IP_V4_SRC 1, CTA_IP_V4_DST 2, CTA_IP_V6_SRC 3, CTA_IP_V6_DST 4
    private static IpAddress? Address(NetlinkAttributes tuple, int which)
    {
        var ip = tuple.Nested(TupleIp);
        var v4 = ip[which];
        var bytes = v4.Length == 4 ? v4 : ip[which + 2];
        return bytes.Length is 4 or 16 ? IpAddress.From(new IPAddress(bytes)) : null;
    }
}
