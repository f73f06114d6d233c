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

/// <summary>What was read of the table; grows with every datagram until the kernel says that this was all.</summary>
public sealed class ConntrackListing
{
    private const int InterruptedCall = 4;
    private readonly Func<TrackedConnection, bool> _isWanted;
    private readonly Func<TrackedConnection, bool> _isKept;
    private readonly int _most;
    private readonly List<ConntrackFlow> _flows = [];
    private bool _isInterrupted;

    /// <param name="isWanted">Which flows are wanted.</param>
    /// <param name="most">How many of them are kept at most.</param>
    internal ConntrackListing(Func<TrackedConnection, bool> isWanted, int most)
    {
        (_isWanted, _most) = (isWanted, most);
        _isKept = IsKept;
    }

    /// <summary>The wanted flows that were read; all of them really were in the table, also when others are missing.</summary>
    public IReadOnlyList<ConntrackFlow> Flows => _flows;

    /// <summary>Whether more are wanted than are kept: to be asked for again when these are dealt with.</summary>
    public bool HasMore { get; private set; }

    /// <summary>Why flows may be missing; null when the kernel said that the list is whole.</summary>
    public string? Failure { get; internal set; }

    /// <summary>Reads what came in one datagram.</summary>
    /// <returns>The error number that ended the list (0: success); null when more is to come.</returns>
    internal int? Read(ReadOnlySpan<byte> datagram)
    {
        var messages = new NetlinkMessages(datagram);
        while (messages.MoveNext())
        {
            _isInterrupted |= (messages.Flags & NetlinkMessages.Interrupted) != 0;
            if (messages.Type is NetlinkMessages.Done or NetlinkMessages.Error)
            {
                var error = messages.ErrorNumber;
                return error == 0 && _isInterrupted ? InterruptedCall : error;
            }

            if (ConntrackMessage.Read(messages, _isKept) is { } flow)
            {
                _flows.Add(flow);
            }
        }

        return messages.HasRest ? NetlinkMessages.BadMessage : null;
    }

    private bool IsKept(TrackedConnection connection)
    {
        if (!_isWanted(connection))
        {
            return false;
        }

        HasMore |= _flows.Count >= _most;
        return _flows.Count < _most;
    }
}
