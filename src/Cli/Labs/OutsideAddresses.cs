using Palisade.Lab.Probes;
using Palisade.Lab.Reachability;
using Palisade.Models;
using Palisade.Policy;
using Palisade.Policy.Net;

namespace Palisade.Cli.Labs;

/// <summary>Addresses and ports outside the cluster that show what the policies' ipBlocks do.</summary>
internal static class OutsideAddresses
{
    private const int MaxBlocks = 6;
    private const int MaxPorts = 4;
    private static readonly IpAddress[] Usual = [IpAddress.Parse("203.0.113.10"), IpAddress.Parse("2001:db8::10")];

    /// <summary>One address that no policy speaks of in particular, and one in each block that a policy names.</summary>
    public static IReadOnlyList<IpAddress> For(ClusterSnapshot cluster)
    {
        var own = CidrSet.Of(
            cluster.Nodes.SelectMany(node =>
                node.Spec!.PodCIDRs!.Select(Cidr.Parse)
                    .Concat(node.Status!.Addresses!.Where(a => a.Type == "InternalIP").Select(a => Cidr.Single(IpAddress.Parse(a.Address))))
            )
        );
        var peers = cluster
            .Policies.SelectMany(policy => policy.Spec?.Ingress ?? [])
            .SelectMany(rule => rule.FromProperty ?? [])
            .Concat(cluster.Policies.SelectMany(policy => policy.Spec?.Egress ?? []).SelectMany(rule => rule.To ?? []));
        var blocks = peers
            .Select(peer => peer.IpBlock)
            .OfType<V1IPBlock>()
            .SelectMany(block => (block.Except ?? []).Append(block.Cidr))
            .Select(text => Cidr.TryParseLenient(text, out var block) ? block : (Cidr?)null)
            .OfType<Cidr>();
        var hosts = blocks
            .Distinct()
            .Order()
            .Where(block => block.PrefixLength >= 8 && !own.Overlaps(block))
            .Take(MaxBlocks)
            .Select(block => block.IsSingle ? block.Network : new IpAddress(block.Family, block.First + 1))
            .Where(address => !Usual.Contains(address));
        return [.. Usual, .. hosts.Distinct()];
    }

    /// <summary>HTTPS, and the ports that egress rules with an ipBlock name.</summary>
    public static IReadOnlyList<ServedPort> PortsFor(ClusterSnapshot cluster)
    {
        var named = cluster
            .Policies.SelectMany(policy => policy.Spec?.Egress ?? [])
            .Where(rule => rule.To is null || rule.To.Any(peer => peer.IpBlock is not null))
            .SelectMany(rule => rule.Ports ?? [])
            .Where(port => port.Protocol != "SCTP" && port.Port is { IsText: false, Number: > 0 and <= 65535 })
            .Select(port => new ServedPort(port.Port!.Value.Number, port.Protocol == "UDP" ? ProbeProtocol.Udp : ProbeProtocol.Tcp));
        return [.. named.Distinct().Order().Take(MaxPorts).Append(new(443, ProbeProtocol.Tcp)).Distinct()];
    }
}
