using System.Net.Sockets;
using System.Runtime.InteropServices;
using Palisade.Policy.Net;

namespace Palisade.Netfilter.Netlink;

/// <summary>The real connection.</summary>
internal sealed class NetlinkChannel : INetlinkChannel
{
    private readonly Socket _socket = NetlinkSocket.Open();

    public async Task SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken) =>
        await _socket.SendAsync(message, cancellationToken);

    public async Task<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        await _socket.ReceiveAsync(buffer, cancellationToken);

    public void Dispose() => _socket.Dispose();
}

/// <summary>A connection to the kernel's netfilter, for one question at a time.</summary>
internal interface INetlinkChannel : IDisposable
{
    /// <summary>Sends a message.</summary>
    /// <exception cref="SocketException">The kernel refused.</exception>
    Task SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken);

    /// <summary>Waits for the next datagram, and says how long it is; as long as the buffer when it may not have had room.</summary>
    /// <exception cref="SocketException">The kernel refused, or had to drop some of its answer (ENOBUFS).</exception>
    Task<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken);
}

/// <summary>Opens sockets to the kernel's netfilter (linux/netlink.h).</summary>
internal static partial class NetlinkSocket
{
    private const int FamilyNetlink = 16;
    private const int RawCloseOnExec = 3 | 0x80000;
    private const int NetlinkNetfilter = 12;

    /// <summary>Opens a socket; the kernel binds it when it first sends, and answers there.</summary>
    /// <exception cref="NetfilterException">The kernel refused.</exception>
    public static Socket Open()
    {
        var handle = OpenSocket(FamilyNetlink, RawCloseOnExec, NetlinkNetfilter);
        return handle >= 0
            ? new Socket(new SafeSocketHandle(handle, ownsHandle: true))
            : throw new NetfilterException($"no socket to the kernel's netfilter: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Number of the family in messages.</summary>
    public static byte Family(IpFamily family) => family == IpFamily.IPv4 ? (byte)2 : (byte)10;

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int OpenSocket(int domain, int type, int protocol);
}
