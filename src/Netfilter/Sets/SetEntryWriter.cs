using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Palisade.Dataplane;
using Palisade.Dataplane.Layout;
using Palisade.Dataplane.Planning;
using Palisade.Netfilter.Netlink;
using Palisade.Policy.Net;

namespace Palisade.Netfilter.Sets;

/// <summary>
/// Writes set entries to the kernel without running a program: microseconds instead of a millisecond or more, which is most of what a
/// pod's coming or going costs. Each entry is acknowledged before the next is sent, so that a failure stops at it.
/// </summary>
internal sealed class SetEntryWriter(uint markMask)
{
    /// <summary>From here on the program is quicker, which sends many entries at once.</summary>
    private const int MaxCommands = 256;

    private readonly SetEntryMessage _message = new(markMask);

    /// <summary>Carries out commands from the first on, as far as it can.</summary>
    /// <returns>How many were carried out; the program has to do the others, or say why they cannot be done.</returns>
    public int Write(IReadOnlyCollection<SetCommand> commands)
    {
        if (commands.Count > MaxCommands || !commands.All(command => command is PutEntry or RemoveEntry))
        {
            return 0;
        }

        var done = 0;
        try
        {
            using var socket = NetlinkSocket.Open();
            var buffer = new byte[4096];
            foreach (var command in commands)
            {
                if (_message.Of(command) is not { } message || !IsAcknowledged(socket, message, buffer))
                {
                    break;
                }

                done++;
            }
        }
        catch (Exception e) when (e is NetfilterException or SocketException)
        {
            // The program is still there; it says what is wrong in words.
        }

        return done;
    }

    /// <summary>The kernel has done the work, and its answer is there, when sending returns.</summary>
    private static bool IsAcknowledged(Socket socket, byte[] message, byte[] buffer)
    {
        socket.Send(message);
        var messages = new NetlinkMessages(buffer.AsSpan(0, socket.Receive(buffer)));
        return messages.MoveNext() && messages.Type == NetlinkMessages.Error && messages.ErrorNumber == 0;
    }
}

/// <summary>
/// Messages that add an entry to a set or delete one (linux/netfilter/ipset/ip_set.h, ip_set_hash.h), as <c>ipset -exist</c> sends them. Only for
/// the kinds of set that change as pods come and go.
/// </summary>
internal sealed class SetEntryMessage(uint markMask)
{
    private const byte Protocol = 6;
    private const ushort Subsystem = 6 << 8;
    private const ushort AddCommand = Subsystem | 9;
    private const ushort DeleteCommand = Subsystem | 10;

    private const ushort ProtocolAttribute = 1;
    private const ushort SetNameAttribute = 2;
    private const ushort DataAttribute = 7;

    // Within the data.
    private const ushort AddressAttribute = 1;
    private const ushort PortAttribute = 4;
    private const ushort PortProtocolAttribute = 7;
    private const ushort MarkAttribute = 27;
    private const ushort IPv4Attribute = 1;
    private const ushort IPv6Attribute = 2;
    private const ushort NetworkOrder = 0x4000;
    private readonly MarkLayout _marks = new(markMask);

    /// <summary>The message; null for what only the program can say.</summary>
    public byte[]? Of(SetCommand command) =>
        command switch
        {
            PutEntry put when IsKnown(put.Kind) => Make(AddCommand, put.Name, put.Family, put.Kind, put.Entry, put.Class),
            RemoveEntry remove when IsKnown(remove.Kind) => Make(
                DeleteCommand,
                remove.Name,
                remove.Family,
                remove.Kind,
                remove.Entry,
                null
            ),
            _ => null,
        };

    private static bool IsKnown(SetKind kind) => kind is SetKind.Addresses or SetKind.Classes or SetKind.AddressPorts;

    private byte[] Make(ushort command, string name, IpFamily family, SetKind kind, SetEntry entry, byte? number) =>
        new NetlinkRequest(command, NetlinkRequest.Request | NetlinkRequest.Acknowledge, NetlinkSocket.Family(family))
            .Add(ProtocolAttribute, [Protocol])
            .Add(SetNameAttribute, Encoding.ASCII.GetBytes(name + '\0'))
            .AddNested(DataAttribute, data => AddEntry(data, family, kind, entry, number))
            .ToArray();

    private void AddEntry(NetlinkRequest data, IpFamily family, SetKind kind, SetEntry entry, byte? number)
    {
        Span<byte> address = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(address, entry.Address);
        var (type, bytes) = family == IpFamily.IPv4 ? (IPv4Attribute, address[12..].ToArray()) : (IPv6Attribute, address.ToArray());
        data.AddNested(AddressAttribute, ip => ip.Add((ushort)(type | NetworkOrder), bytes));
        Span<byte> value = stackalloc byte[sizeof(ulong)];
        if (kind == SetKind.AddressPorts)
        {
            BinaryPrimitives.WriteUInt16BigEndian(value, entry.Port);
            data.Add(PortAttribute | NetworkOrder, value[..sizeof(ushort)]).Add(PortProtocolAttribute, [entry.Protocol]);
        }
        else if (kind == SetKind.Classes && number is { } marked)
        {
            BinaryPrimitives.WriteUInt32BigEndian(value, _marks.MarkOf(marked));
            BinaryPrimitives.WriteUInt32BigEndian(value[sizeof(uint)..], markMask);
            data.Add(MarkAttribute | NetworkOrder, value);
        }
    }
}
