using System.Buffers.Binary;
using System.Net;

namespace Palisade.Netfilter.Nflog;

/// <summary>Reads the beginning of IP packets (RFC 791, RFC 8200).</summary>
internal static class IpHeader
{
    private const byte HopByHop = 0;
    private const byte Routing = 43;
    private const byte Fragment = 44;
    private const byte DestinationOptions = 60;
    private const int MaxExtensions = 8;

    /// <summary>Reads addresses, protocol and ports; null when it is no whole IPv4 or IPv6 header.</summary>
    public static NflogPacket? Read(string prefix, ReadOnlySpan<byte> packet)
    {
        if (packet.IsEmpty)
        {
            return null;
        }
        return (packet[0] >> 4) switch
        {
            4 => ReadIPv4(prefix, packet),
            6 => ReadIPv6(prefix, packet),
            _ => null,
        };
    }

    private static NflogPacket? ReadIPv4(string prefix, ReadOnlySpan<byte> packet)
    {
        var length = (packet[0] & 0x0f) * 4;
        if (length < 20 || packet.Length < length)
        {
            return null;
        }
        var isFirst = (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x1fff) == 0;
        return Make(
            prefix,
            new IPAddress(packet.Slice(12, 4)),
            new IPAddress(packet.Slice(16, 4)),
            packet[9],
            isFirst ? packet[length..] : default
        );
    }

    private static NflogPacket? ReadIPv6(string prefix, ReadOnlySpan<byte> packet)
    {
        if (packet.Length < 40)
        {
            return null;
        }
        var protocol = packet[6];
        var rest = packet[40..];
        for (var i = 0; i < MaxExtensions && rest.Length >= 8; i++)
        {
            if (protocol is not (HopByHop or Routing or Fragment or DestinationOptions))
            {
                break;
            }
            var isLater = protocol == Fragment && (BinaryPrimitives.ReadUInt16BigEndian(rest[2..]) & 0xfff8) != 0;
            var length = protocol == Fragment ? 8 : 8 + (rest[1] * 8);
            protocol = rest[0];
            rest = isLater || length > rest.Length ? default : rest[length..];
        }
        return Make(prefix, new IPAddress(packet.Slice(8, 16)), new IPAddress(packet.Slice(24, 16)), protocol, rest);
    }

    private static NflogPacket Make(string prefix, IPAddress source, IPAddress destination, byte protocol, ReadOnlySpan<byte> transport)
    {
        // TCP, UDP, DCCP, SCTP and UDP-Lite all begin with the two ports.
        var hasPorts = protocol is 6 or 17 or 33 or 132 or 136 && transport.Length >= 4;
        return new NflogPacket(
            prefix,
            source,
            destination,
            protocol,
            hasPorts ? BinaryPrimitives.ReadUInt16BigEndian(transport) : null,
            hasPorts ? BinaryPrimitives.ReadUInt16BigEndian(transport[2..]) : null
        );
    }
}
