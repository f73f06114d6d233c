using System.Buffers.Binary;
using System.Net;
using System.Text;
using Palisade.Netfilter.Netlink;

namespace Palisade.Netfilter.Nflog;

/// <summary>Messages of the kernel's packet log (linux/netfilter/nfnetlink_log.h).</summary>
internal static class NflogMessage
{
    private const ushort Packet = 4 << 8;
    private const ushort Config = Packet | 1;
    private const ushort CommandAttribute = 1;
    private const ushort ModeAttribute = 2;
    private const ushort PayloadAttribute = 9;
    private const ushort PrefixAttribute = 10;
    private const byte BindCommand = 1;
    private const byte CopyPacket = 2;

    /// <summary>Asks for the packets of a group.</summary>
    public static byte[] Bind(ushort group) => Configure(group, CommandAttribute, [BindCommand]);

    /// <summary>Asks for so many bytes of each packet.</summary>
    public static byte[] Copy(ushort group, int bytes)
    {
        var mode = new byte[6];
        BinaryPrimitives.WriteInt32BigEndian(mode, bytes);
        mode[4] = CopyPacket;
        return Configure(group, ModeAttribute, mode);
    }

    /// <summary>Reads what came in one datagram: packets, and the error numbers of acknowledgements (0 for success).</summary>
    public static void Read(ReadOnlySpan<byte> datagram, Action<NflogPacket> onPacket, Action<int> onAcknowledgement)
    {
        var messages = new NetlinkMessages(datagram);
        while (messages.MoveNext())
        {
            if (messages.Type == NetlinkMessages.Error)
            {
                onAcknowledgement(messages.ErrorNumber);
            }
            else if (messages.Type == Packet && ReadPacket(messages.Attributes) is { } packet)
            {
                onPacket(packet);
            }
        }
    }

    private static NflogPacket? ReadPacket(NetlinkAttributes attributes) =>
        IpHeader.Read(Encoding.UTF8.GetString(attributes[PrefixAttribute].TrimEnd((byte)0)), attributes[PayloadAttribute]);

    private static byte[] Configure(ushort group, ushort attribute, ReadOnlySpan<byte> value) =>
        new NetlinkRequest(Config, NetlinkRequest.Request | NetlinkRequest.Acknowledge, resource: group).Add(attribute, value).ToArray();
}

/// <summary>A packet that an NFLOG rule sent up.</summary>
/// <param name="Prefix">Text of the rule (<c>--nflog-prefix</c>).</param>
/// <param name="Source">Source address.</param>
/// <param name="Destination">Destination address.</param>
/// <param name="Protocol">IP protocol number: 6 TCP, 17 UDP, 132 SCTP.</param>
/// <param name="SourcePort">Source port; null for protocols without ports and for fragments after the first.</param>
/// <param name="DestinationPort">Destination port; null as with <paramref name="SourcePort"/>.</param>
public sealed record NflogPacket(
    string Prefix,
    IPAddress Source,
    IPAddress Destination,
    byte Protocol,
    int? SourcePort,
    int? DestinationPort
);
