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
            CheckProtocols(rule, findings);
        }

        if (document.Isolates(Directions.Egress) && !document.AllowsDns && !egress.Exists(r => r.AllowsDns) && !IsGivenByOthers(document))
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
            { IsNetworkPolicy: true } => "allow UDP and TCP port 53 to pods labelled k8s-app=kube-dns",
            _ => "allow it, for example {to: [{entity: ClusterDNS}]}",
        };

    private static void CheckProtocols(DocumentRule rule, FindingSink findings)
    {
        var tcp = rule.Ports.ToList().FindIndex(DnsPorts.IsTcp);
        if (tcp >= 0 && !rule.Ports.Any(DnsPorts.AllowsUdp))
        {
            findings.Warning(
                FindingCodes.DnsTcpOnly,
                rule.PortPath(tcp),
                null,
                "allows port 53 for TCP only, but DNS asks over UDP first: add {protocol: UDP, port: 53}"
            );
        }
    }
}
