using System.Net.Sockets;

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
