using System.Net.Sockets;
using System.Runtime.InteropServices;
using Palisade.Dataplane;
using Palisade.Netfilter.Netlink;
using Palisade.Policy.Net;

namespace Palisade.Netfilter.Conntrack;

/// <summary>The kernel's connection tracking table. Not to be used by several callers at once.</summary>
public sealed class ConntrackTable : IDisposable
{
    private const int NoSuchEntry = 2;
    private readonly Func<INetlinkChannel> _open;

    // The kernel's datagrams of a list are half as long at most (netlink_dump).
    private readonly byte[] _buffer = new byte[64 * 1024];
    private INetlinkChannel? _changes;

    /// <summary>Makes an accessor of the kernel's table; nothing is asked yet.</summary>
    public ConntrackTable()
        : this(() => new NetlinkChannel()) { }

    internal ConntrackTable(Func<INetlinkChannel> open)
    {
        _open = open;
    }

    /// <summary>
    /// Reads the connections of a family, keeping only those that are wanted: memory grows with them, and not with the table. A list that broke
    /// off says so, and has what was read until then.
    /// </summary>
    /// <param name="family">The family.</param>
    /// <param name="isWanted">Which connections are wanted.</param>
    /// <param name="most">How many are kept at most.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="NetfilterException">The kernel could not be asked.</exception>
    public async Task<ConntrackListing> ListAsync(
        IpFamily family,
        Func<TrackedConnection, bool> isWanted,
        int most,
        CancellationToken cancellationToken
    )
    {
        var listing = new ConntrackListing(isWanted, most);
        // One of its own: what is left of a list that broke off must not be taken for the answer to the next question.
        using var channel = _open();
        try
        {
            var error = await AskAsync(channel, ConntrackMessage.List(family), listing.Read, cancellationToken);
            listing.Failure = error == 0 ? null : Message("read", error);
        }
        catch (SocketException e)
        {
            listing.Failure = $"the connection tracking table cannot be read: {e.Message}";
        }

        return listing;
    }

    /// <summary>Forgets a connection, so that its next packet is judged as a new connection's; false when it was over already.</summary>
    /// <exception cref="NetfilterException">The kernel refused.</exception>
    public async Task<bool> DeleteAsync(ConntrackFlow flow, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(flow);
        try
        {
            _changes ??= _open();
            return await AskAsync(_changes, ConntrackMessage.Remove(flow), ReadAcknowledgement, cancellationToken) switch
            {
                0 => true,
                NoSuchEntry => false,
                var error => throw new NetfilterException(Message("changed", error)),
            };
        }
        catch (SocketException e)
        {
            throw new NetfilterException($"the connection tracking table cannot be changed: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _changes?.Dispose();

    private async Task<int> AskAsync(INetlinkChannel channel, byte[] request, DatagramReader read, CancellationToken cancellationToken)
    {
        await channel.SendAsync(request, cancellationToken);
        while (true)
        {
            var length = await channel.ReceiveAsync(_buffer, cancellationToken);
            if (length >= _buffer.Length)
            {
                return NetlinkMessages.BadMessage;
            }

            if (read(_buffer.AsSpan(0, length)) is { } end)
            {
                return end;
            }
        }
    }

    private static int? ReadAcknowledgement(ReadOnlySpan<byte> datagram)
    {
        var messages = new NetlinkMessages(datagram);
        return !messages.MoveNext() ? NetlinkMessages.BadMessage
            : messages.Type == NetlinkMessages.Error ? messages.ErrorNumber
            : null;
    }

    private static string Message(string verb, int error) =>
        error == NetlinkMessages.BadMessage
            ? $"the connection tracking table cannot be {verb}: the kernel's answer was cut off"
            : $"the connection tracking table cannot be {verb}: {Marshal.GetPInvokeErrorMessage(error)}";

    /// <summary>Reads a datagram; the error number that ends the answer (0: success), or null when more is to come.</summary>
    private delegate int? DatagramReader(ReadOnlySpan<byte> datagram);
}
