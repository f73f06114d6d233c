using System.Globalization;
using Palisade.Policy.Validation.Document;

namespace Palisade.Policy.Validation.Concerns;

/// <summary>Warns when egress is isolated and names can no longer be resolved, and when DNS is allowed half.</summary>
internal sealed class DnsValidator : Concern
{
    protected override void Check(PolicyDocument document, FindingSink findings)
    {
        var egress = document.Rules.Where(r => r.Direction == Directions.Egress).ToList();
        foreach (var rule in egress)
        {
            CheckProtocols(rule, egress, document.Dns, findings);
        }

        var isAllowed = document.AllowsDns || egress.Exists(r => r.AllowsDns(document.Dns));
        if (document.Isolates(Directions.Egress) && !isAllowed && !IsGivenByOthers(document))
        {
            findings.Warning(
                FindingCodes.DnsNotAllowed,
                document.IsProfile ? "spec.allow.dns" : "spec.egress",
                null,
                $"isolates egress without allowing DNS: unless another policy does, {Remedy(document)}"
            );
        }
    }

    private static bool IsGivenByOthers(PolicyDocument document) => document.Facts is { } facts && DnsCover.IsGiven(document, facts);

    private static string Remedy(PolicyDocument document) =>
        document switch
        {
            { IsProfile: true } => "set it to true",
            { IsNetworkPolicy: true } when document.Dns == DnsServers.Unknown =>
                "allow UDP and TCP port 53 to pods labelled k8s-app=kube-dns",
            { IsNetworkPolicy: true } =>
                $"allow UDP and TCP port {document.Dns.Port.ToString(CultureInfo.InvariantCulture)}, on which the DNS pods listen, to them",
            _ => "allow it, for example {to: [{entity: ClusterDNS}]}",
        };

    /// <summary>Rules add up: UDP may be allowed to the same peers by another one.</summary>
    private static void CheckProtocols(DocumentRule rule, List<DocumentRule> egress, DnsServers dns, FindingSink findings)
    {
        var tcp = rule.Ports.ToList().FindIndex(dns.IsTcp);
        if (tcp >= 0 && !egress.Exists(other => (other.Ports.IsEmpty || other.Ports.Any(dns.AllowsUdp)) && other.HasPeersOf(rule)))
        {
            var port = rule.Ports[tcp].Port!.Number.ToString(CultureInfo.InvariantCulture);
            findings.Warning(
                FindingCodes.DnsTcpOnly,
                rule.PortPath(tcp),
                null,
                $"allows port {port} for TCP only, but DNS asks over UDP first: add {{protocol: UDP, port: {port}}}"
            );
        }
    }
}
