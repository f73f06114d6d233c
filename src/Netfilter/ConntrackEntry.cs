using Palisade.Dataplane;
using Palisade.Policy.Net;

namespace Palisade.Netfilter;

/// <summary>An entry of the kernel's connection tracking.</summary>
/// <param name="Protocol">Name of the protocol, as the tools write it.</param>
/// <param name="Connection">The connection as FORWARD saw it.</param>
/// <param name="OriginalDestination">Destination before it was translated.</param>
/// <param name="SourcePort">Port of the source; 0 for protocols without.</param>
/// <param name="OriginalPort">Destination port before it was translated.</param>
internal sealed record ConntrackEntry(
    string Protocol,
    TrackedConnection Connection,
    IpAddress OriginalDestination,
    int SourcePort,
    int OriginalPort
);
