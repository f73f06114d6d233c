using System.Net;

namespace Palisade.Netfilter.Nflog;

/// <summary>A packet that an NFLOG rule sent up.</summary>
/// <param name="Prefix">Text of the rule (<c>--nflog-prefix</c>).</param>
/// <param name="Source">Source address.</param>
/// <param name="Destination">Destination address.</param>
/// <param name="Protocol">IP protocol number: 6 TCP, 17 UDP, 132 SCTP.</param>
/// <param name="SourcePort">Source port; null for protocols without ports and for fragments after the first.</param>
/// <param name="DestinationPort">Destination port; null as with <paramref name="SourcePort"/>.</param>
public sealed record NflogPacket(
    string Prefix,
    IPAddress Source,
    IPAddress Destination,
    byte Protocol,
    int? SourcePort,
    int? DestinationPort
);
