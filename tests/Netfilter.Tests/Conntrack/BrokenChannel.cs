using System.Net.Sockets;
using System.Runtime.InteropServices;
using Palisade.Netfilter.Netlink;

namespace Palisade.Netfilter.Tests.Conntrack;

/// <summary>The kernel, but the lists that it gives break off.</summary>
internal sealed class BrokenChannel(Break how) : INetlinkChannel
{
    private const ushort InterruptedFlag = 0x10;
    private readonly NetlinkChannel _kernel = new();
    private bool _isList;

    public Task SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        _isList = (MemoryMarshal.Read<ushort>(message.Span[6..]) & NetlinkRequest.Dump) == NetlinkRequest.Dump;
        return _kernel.SendAsync(message, cancellationToken);
    }

    public async Task<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var length = await _kernel.ReceiveAsync(buffer, cancellationToken);
        return _isList ? Spoil(buffer.Span[..length]) : length;
    }

    public void Dispose() => _kernel.Dispose();

    private int Spoil(Span<byte> datagram)
    {
        const ushort done = NetlinkMessages.Done;
        var isEnd = MemoryMarshal.Read<ushort>(datagram[4..]) == done;
        switch (how)
        {
            case Break.DoneWithError when isEnd:
                MemoryMarshal.Write(datagram[16..], -5);
                break;
            case Break.Interrupted when isEnd:
                MemoryMarshal.Write(datagram[6..], (ushort)(MemoryMarshal.Read<ushort>(datagram[6..]) | InterruptedFlag));
                break;
            case Break.NoBufferSpace when isEnd:
                throw new SocketException((int)SocketError.NoBufferSpaceAvailable);
            case Break.Truncated when !isEnd:
                return datagram.Length - 10;
        }

        return datagram.Length;
    }
}
