using System.Net.Sockets;
using Palisade.Dataplane.Planning;
using Palisade.Netfilter.Netlink;

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
