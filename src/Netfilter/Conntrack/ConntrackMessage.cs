using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using Palisade.Policy.Net;

namespace Palisade.Netfilter.Conntrack;

/// <summary>
/// Messages of connection tracking (linux/netfilter/nfnetlink_conntrack.h). Headers are in the machine's byte order, values of attributes
/// in the network's.
/// </summary>
internal static class ConntrackMessage
{
    private const int HeaderLength = 16;
    private const int FamilyHeaderLength = 4;
    private const ushort Subsystem = 1 << 8;
    private const ushort New = Subsystem;
    private const ushort Get = Subsystem | 1;
    private const ushort Delete = Subsystem | 2;
    private const ushort Error = 2;
    private const ushort Done = 3;
    private const ushort Request = 1;
    private const ushort Acknowledge = 4;
    private const ushort Dump = 0x300;

    // Attributes; the upper two bits of a type are flags.
    private const int TypeMask = 0x3fff;
    private const int Original = 1;
    private const int Reply = 2;
    private const int Zone = 18;
    private const int TupleIp = 1;
    private const int TupleProtocol = 2;

    /// <summary>Asks for all entries of a family.</summary>
    public static byte[] List(IpFamily family) => Make(Get, Request | Dump, family, []);

    /// <summary>Asks to delete an entry.</summary>
    public static byte[] Remove(ConntrackFlow flow) => Make(Delete, Request | Acknowledge, flow.Source.Family, flow.Key);

    /// <summary>Reads what came in one datagram.</summary>
    /// <returns>The error number that ended the answer (0: success); null when more is to come.</returns>
    public static int? Read(ReadOnlySpan<byte> datagram, Action<ConntrackFlow> onFlow)
    {
        while (datagram.Length >= HeaderLength)
        {
            var length = (int)MemoryMarshal.Read<uint>(datagram);
            if (length < HeaderLength || length > datagram.Length)
            {
                break;
            }
            var body = datagram[HeaderLength..length];
            switch (MemoryMarshal.Read<ushort>(datagram[4..]))
            {
                case Done:
                    return 0;
                case Error when body.Length >= sizeof(int):
                    return -MemoryMarshal.Read<int>(body);
                case New when body.Length >= FamilyHeaderLength && ReadFlow(body[FamilyHeaderLength..]) is { } flow:
                    onFlow(flow);
                    break;
            }
            datagram = datagram[Math.Min(Align(length), datagram.Length)..];
        }
        return null;
    }

    private static ConntrackFlow? ReadFlow(ReadOnlySpan<byte> attributes)
    {
        var original = Find(attributes, Original, out var originalWhole);
        var reply = Find(attributes, Reply, out _);
        Find(attributes, Zone, out var zoneWhole);
        var protocol = Find(Find(original, TupleProtocol, out _), 1, out _);
        if (Address(original, 1) is not { } source || Address(reply, 1) is not { } answerer || protocol.Length != 1)
        {
            return null;
        }
        // Who answers is the reply's source: behind a Service's address, the pod that it was translated to.
        return new ConntrackFlow(source, SourcePort(original), answerer, SourcePort(reply), protocol[0], [.. originalWhole, .. zoneWhole]);
    }

    private static int SourcePort(ReadOnlySpan<byte> tuple)
    {
        var port = Find(Find(tuple, TupleProtocol, out _), 2, out _);
        return port.Length == 2 ? BinaryPrimitives.ReadUInt16BigEndian(port) : 0;
    }

    // CTA_IP_V4_SRC 1, CTA_IP_V4_DST 2, CTA_IP_V6_SRC 3, CTA_IP_V6_DST 4
    private static IpAddress? Address(ReadOnlySpan<byte> tuple, int which)
    {
        var ip = Find(tuple, TupleIp, out _);
        var v4 = Find(ip, which, out _);
        var bytes = v4.Length == 4 ? v4 : Find(ip, which + 2, out _);
        return bytes.Length is 4 or 16 ? IpAddress.From(new IPAddress(bytes)) : null;
    }

    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> attributes, int type, out ReadOnlySpan<byte> whole)
    {
        while (attributes.Length >= 4)
        {
            var length = MemoryMarshal.Read<ushort>(attributes);
            if (length < 4 || length > attributes.Length)
            {
                break;
            }
            var padded = Math.Min(Align(length), attributes.Length);
            if ((MemoryMarshal.Read<ushort>(attributes[2..]) & TypeMask) == type)
            {
                whole = attributes[..padded];
                return attributes[4..length];
            }
            attributes = attributes[padded..];
        }
        whole = default;
        return default;
    }

    private static byte[] Make(ushort type, int flags, IpFamily family, ReadOnlySpan<byte> attributes)
    {
        var message = new byte[HeaderLength + FamilyHeaderLength + attributes.Length];
        MemoryMarshal.Write(message.AsSpan(), (uint)message.Length);
        MemoryMarshal.Write(message.AsSpan(4), type);
        MemoryMarshal.Write(message.AsSpan(6), (ushort)flags);
        message[HeaderLength] = (byte)(family == IpFamily.IPv4 ? 2 : 10);
        attributes.CopyTo(message.AsSpan(HeaderLength + FamilyHeaderLength));
        return message;
    }

    private static int Align(int length) => (length + 3) & ~3;
}
