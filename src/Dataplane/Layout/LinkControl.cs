namespace Palisade.Dataplane.Layout;

/// <summary>
/// The ICMPv6 messages that run a link, which no policy can mean. Router advertisements and redirects are none of them: pods of one bridge
/// would take each other's for the router's.
/// </summary>
internal static class LinkControl
{
    /// <summary>Source of who has no address yet (RFC 4291, 2.5.2).</summary>
    public const string Unspecified = "::/128";

    private const int NeighborSolicitation = 135;
    private const int NeighborAdvertisement = 136;

    /// <summary>Multicast listener queries, reports and done (RFC 2710, RFC 3810), router solicitation, neighbour discovery (RFC 4861).</summary>
    private static readonly int[] OfLinkLocal = [130, 131, 132, 133, NeighborSolicitation, NeighborAdvertisement, 143];

    /// <summary>Loads the hop limit, byte 7 of the IPv6 header, and compares it.</summary>
    private const string HopLimitProgram = "4,48 0 0 7,21 0 1 255,6 0 0 65535,6 0 0 0";

    /// <summary>
    /// Lets neighbour discovery between pods of one bridge pass: without it there is no connection to judge. A hop limit of 255 says that no
    /// router handed the packet on (RFC 4861, 6.1), so that the two ends are on one link; what was routed is judged.
    /// </summary>
    public static IEnumerable<string> NeighborDiscovery(HopLimitMatch match)
    {
        var hopLimit = match switch
        {
            HopLimitMatch.Hl => "-m hl --hl-eq 255",
            HopLimitMatch.Bpf => $"-m bpf --bytecode \"{HopLimitProgram}\"",
            _ => null,
        };
        return hopLimit is null
            ? []
            : ((int[])[NeighborSolicitation, NeighborAdvertisement]).Select(type =>
                $"-p ipv6-icmp -m icmp6 --icmpv6-type {type} {hopLimit} -j RETURN"
            );
    }

    /// <summary>Lets what runs a link pass, where one of the addresses is link-local, so that no router can have handed it on.</summary>
    public static IEnumerable<string> LinkLocal() => OfLinkLocal.Select(type => $"-p ipv6-icmp -m icmp6 --icmpv6-type {type} -j RETURN");
}
