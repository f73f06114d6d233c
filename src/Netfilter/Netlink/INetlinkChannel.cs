using System.Net.Sockets;

namespace Palisade.Netfilter.Netlink;

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
