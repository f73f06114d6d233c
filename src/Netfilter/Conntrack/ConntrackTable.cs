using System.Net.Sockets;
using System.Runtime.InteropServices;
using Palisade.Netfilter.Netlink;
using Palisade.Policy.Net;

namespace Palisade.Netfilter.Conntrack;

/// <summary>The kernel's connection tracking table. Not to be used by several callers at once.</summary>
public sealed class ConntrackTable : IDisposable
{
    private const int NoSuchEntry = 2;
    private readonly Socket _socket = NetlinkSocket.Open();
    private readonly byte[] _buffer = new byte[64 * 1024];

    /// <summary>All connections of a family.</summary>
    /// <exception cref="NetfilterException">The kernel refused.</exception>
    public async Task<IReadOnlyList<ConntrackFlow>> ListAsync(IpFamily family, CancellationToken cancellationToken)
    {
        var flows = new List<ConntrackFlow>();
        var error = await AskAsync(ConntrackMessage.List(family), flows.Add, cancellationToken);
        return error == 0 ? flows : throw Refused(error);
    }

    /// <summary>Forgets a connection, so that its next packet is judged as a new connection's; false when it was over already.</summary>
    /// <exception cref="NetfilterException">The kernel refused.</exception>
    public async Task<bool> DeleteAsync(ConntrackFlow flow, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(flow);
        return await AskAsync(ConntrackMessage.Remove(flow), _ => { }, cancellationToken) switch
        {
            0 => true,
            NoSuchEntry => false,
            var error => throw Refused(error),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private async Task<int> AskAsync(byte[] request, Action<ConntrackFlow> onFlow, CancellationToken cancellationToken)
    {
        try
        {
            await _socket.SendAsync(request, cancellationToken);
            while (true)
            {
                var length = await _socket.ReceiveAsync(_buffer, cancellationToken);
                if (ConntrackMessage.Read(_buffer.AsSpan(0, length), onFlow) is { } end)
                {
                    return end;
                }
            }
        }
        catch (SocketException e)
        {
            throw new NetfilterException($"the connection tracking table cannot be read: {e.Message}", e);
        }
    }

    private static NetfilterException Refused(int error) =>
        new($"the connection tracking table cannot be read or changed: {Marshal.GetPInvokeErrorMessage(error)}");
}
