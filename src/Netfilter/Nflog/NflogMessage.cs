using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Palisade.Netfilter.Nflog;

/// <summary>
/// Messages of the kernel's packet log (linux/netlink.h, linux/netfilter/nfnetlink_log.h). Headers are in the machine's byte order, values
/// of attributes in the network's.
/// </summary>
internal static class NflogMessage
{
    private const int HeaderLength = 16;
    private const int FamilyHeaderLength = 4;
    private const ushort Error = 2;
    private const ushort Packet = 4 << 8;
    private const ushort Config = Packet | 1;
    private const ushort RequestWithAck = 1 | 4;
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
        while (datagram.Length >= HeaderLength)
        {
            var length = (int)MemoryMarshal.Read<uint>(datagram);
            if (length < HeaderLength || length > datagram.Length)
            {
                return;
            }
            var type = MemoryMarshal.Read<ushort>(datagram[4..]);
            var body = datagram[HeaderLength..length];
            if (type == Error && body.Length >= sizeof(int))
            {
                onAcknowledgement(-MemoryMarshal.Read<int>(body));
            }
            else if (type == Packet && body.Length >= FamilyHeaderLength && ReadPacket(body[FamilyHeaderLength..]) is { } packet)
            {
                onPacket(packet);
            }
            datagram = datagram[Math.Min(Align(length), datagram.Length)..];
        }
    }

    private static NflogPacket? ReadPacket(ReadOnlySpan<byte> attributes)
    {
        var prefix = "";
        ReadOnlySpan<byte> payload = [];
        while (attributes.Length >= 4)
        {
            var length = MemoryMarshal.Read<ushort>(attributes);
            if (length < 4 || length > attributes.Length)
            {
                break;
            }
            var value = attributes[4..length];
            switch (MemoryMarshal.Read<ushort>(attributes[2..]))
            {
                case PrefixAttribute:
                    prefix = Encoding.UTF8.GetString(value.TrimEnd((byte)0));
                    break;
                case PayloadAttribute:
                    payload = value;
                    break;
            }
            attributes = attributes[Math.Min(Align(length), attributes.Length)..];
        }
        return IpHeader.Read(prefix, payload);
    }

    private static byte[] Configure(ushort group, ushort attribute, ReadOnlySpan<byte> value)
    {
        const int attributeStart = HeaderLength + FamilyHeaderLength;
        var message = new byte[attributeStart + Align(4 + value.Length)];
        MemoryMarshal.Write(message.AsSpan(), (uint)message.Length);
        MemoryMarshal.Write(message.AsSpan(4), Config);
        MemoryMarshal.Write(message.AsSpan(6), RequestWithAck);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(HeaderLength + 2), group);
        MemoryMarshal.Write(message.AsSpan(attributeStart), (ushort)(4 + value.Length));
        MemoryMarshal.Write(message.AsSpan(attributeStart + 2), attribute);
        value.CopyTo(message.AsSpan(attributeStart + 4));
        return message;
    }

    private static int Align(int length) => (length + 3) & ~3;
}
