using Palisade.Netfilter.Conntrack;
using Palisade.Policy.Net;

namespace Palisade.Agent.Revocation;

/// <summary>
/// Remembers connections that were cut. When the answering side speaks first afterwards, the kernel takes its packet for the first of a
/// connection the other way, which policies may well allow, and both sides would go on: such an entry is the cut one come again.
/// </summary>
public sealed class RevokedFlows(TimeProvider clock)
{
    /// <summary>How long a connection is looked for after it was last seen: until its ends have noticed.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);
    private readonly Dictionary<(IpAddress, int, IpAddress, int, byte), long> _seen = [];

    /// <summary>Whether there is any to look for.</summary>
    public bool Any => _seen.Count > 0;

    /// <summary>A connection was cut.</summary>
    public void Add(ConntrackFlow flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        _seen[(flow.Source, flow.SourcePort, flow.Destination, flow.DestinationPort, flow.Protocol)] = clock.GetTimestamp();
    }

    /// <summary>Whether a connection is one that was cut, taken up again from its other end.</summary>
    public bool CameAgain(ConntrackFlow flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        var key = (flow.Destination, flow.DestinationPort, flow.Source, flow.SourcePort, flow.Protocol);
        if (!_seen.ContainsKey(key))
        {
            return false;
        }
        _seen[key] = clock.GetTimestamp();
        return true;
    }

    /// <summary>Forgets those that have not been seen for a while.</summary>
    public void Forget()
    {
        foreach (var (key, at) in _seen.Where(item => clock.GetElapsedTime(item.Value) > Memory).ToList())
        {
            _seen.Remove(key);
        }
    }
}
