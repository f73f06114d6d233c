using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Palisade.Netfilter.Netlink;

namespace Palisade.Netfilter.Nflog;

/// <summary>
/// Reads the packets that NFLOG rules of one group send up. The kernel drops what is not read in time; a lost line of a log is no reason to
/// hold up packets.
/// </summary>
public sealed class NflogReader : IDisposable
{
    // An IPv6 header, some extensions and the ports.
    private const int CopiedBytes = 128;

    // What the kernel answers when another socket has the group; EPERM is also the answer to programs without NET_ADMIN.
    private const int NotPermitted = 1;
    private const int Busy = 16;

    // The kernel's messages are at most a page or so, as the group's buffer is.
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly Socket _socket;

    /// <summary>Takes over a group.</summary>
    /// <exception cref="NetfilterException">Another program has the group, or the kernel refused.</exception>
    public NflogReader(ushort group)
    {
        // Group messages go to the socket that bound the group.
        _socket = NetlinkSocket.Open();
        try
        {
            Ask(NflogMessage.Bind(group), group);
            Ask(NflogMessage.Copy(group, CopiedBytes), group);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>Gives packets as they come, until cancelled.</summary>
    /// <exception cref="NetfilterException">The kernel closed the log.</exception>
    public async IAsyncEnumerable<NflogPacket> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var packets = new Queue<NflogPacket>();
        while (true)
        {
            var length = await ReceiveAsync(cancellationToken);
            NflogMessage.Read(_buffer.AsSpan(0, length), packets.Enqueue, _ => { });
            while (packets.TryDequeue(out var packet))
            {
                yield return packet;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private async Task<int> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await _socket.ReceiveAsync(_buffer, cancellationToken);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.NoBufferSpaceAvailable)
            {
                // More came than was read: the kernel dropped some, and says so once.
            }
            catch (SocketException e)
            {
                throw new NetfilterException($"the kernel's packet log cannot be read: {e.Message}", e);
            }
        }
    }

    private void Ask(byte[] request, ushort group)
    {
        int? error = null;
        try
        {
            _socket.Send(request);
            while (error is null)
            {
                var length = _socket.Receive(_buffer);
                NflogMessage.Read(_buffer.AsSpan(0, length), _ => { }, number => error = number);
            }
        }
        catch (SocketException e)
        {
            throw new NetfilterException($"NFLOG group {group} cannot be read: {e.Message}", e);
        }
        if (error is { } number && number != 0)
        {
            var reason = number is Busy or NotPermitted ? "another program reads it already" : Marshal.GetPInvokeErrorMessage(number);
            throw new NetfilterException($"NFLOG group {group} cannot be read: {reason}");
        }
    }
}
