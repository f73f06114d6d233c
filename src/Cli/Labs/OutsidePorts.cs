using Palisade.Lab.Probes;
using Palisade.Lab.Reachability;
using Palisade.Policy;

namespace Palisade.Cli.Labs;

/// <summary>Ports of hosts outside the cluster that show what the policies' rules for addresses do.</summary>
internal static class OutsidePorts
{
    private const int MaxPorts = 4;

    /// <summary>HTTPS, and the ports that egress rules with an ipBlock name.</summary>
    public static IReadOnlyList<ServedPort> For(ClusterSnapshot cluster)
    {
        var named = cluster
            .Policies.SelectMany(policy => policy.Spec.Egress ?? [])
            .Where(rule => rule.To is null || rule.To.Any(peer => peer.IpBlock is not null))
            .SelectMany(rule => rule.Ports ?? [])
            .Where(port => port.Protocol != "SCTP" && port.Port is { IsText: false, Number: > 0 and <= 65535 })
            .Select(port => new ServedPort(port.Port!.Number, port.Protocol == "UDP" ? ProbeProtocol.Udp : ProbeProtocol.Tcp));
        return [.. named.Distinct().Order().Take(MaxPorts).Append(new(443, ProbeProtocol.Tcp)).Distinct()];
    }
}
