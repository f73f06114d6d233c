using Palisade.Dataplane;
using Palisade.Policy.Net;

namespace Palisade.Netfilter.Conntrack;

/// <summary>A connection that the kernel tracks, with the addresses that rules see: after a Service's translation, before a masquerade.</summary>
public sealed class ConntrackFlow
{
    internal ConntrackFlow(IpAddress source, int sourcePort, IpAddress destination, int destinationPort, byte protocol, byte[] key)
    {
        (Source, SourcePort, Destination, DestinationPort) = (source, sourcePort, destination, destinationPort);
        (Protocol, Key) = (protocol, key);
    }

    /// <summary>Who opened it.</summary>
    public IpAddress Source { get; }

    /// <summary>Port of who opened it; 0 for protocols without ports.</summary>
    public int SourcePort { get; }

    /// <summary>Who answers it.</summary>
    public IpAddress Destination { get; }

    /// <summary>IP protocol number: 6 TCP, 17 UDP, 132 SCTP.</summary>
    public byte Protocol { get; }

    /// <summary>Port of who answers it; 0 for protocols without ports.</summary>
    public int DestinationPort { get; }

    /// <summary>What rules saw of its first packet.</summary>
    internal TrackedConnection Connection => new(Source, Destination, Protocol, DestinationPort);

    /// <summary>What the kernel finds the entry by: attributes as it gave them.</summary>
    internal byte[] Key { get; }
}
