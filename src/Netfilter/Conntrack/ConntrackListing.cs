using Palisade.Dataplane;
using Palisade.Netfilter.Netlink;

namespace Palisade.Netfilter.Conntrack;

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
