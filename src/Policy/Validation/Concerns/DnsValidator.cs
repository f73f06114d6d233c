using Palisade.Models;
using Palisade.Policy.Expansion;
using Palisade.Policy.Selectors;
using Palisade.Policy.Validation.Document;

namespace Palisade.Policy.Validation.Concerns;

/// <summary>Warns when egress is isolated and names can no longer be resolved, and when DNS is allowed half.</summary>
internal sealed class DnsValidator : Concern
{
    private const int Dns = 53;

    protected override void Check(PolicyDocument document, FindingSink findings)
    {
        var egress = document.Rules.Where(r => r.Direction == Directions.Egress).ToList();
        foreach (var rule in egress)
        {
            CheckProtocols(rule, findings);
        }

        if (document.Isolates(Directions.Egress) && !document.AllowsDns && !egress.Any(AllowsDns) && !IsGivenByOthers(document))
        {
            findings.Warning(
                FindingCodes.DnsNotAllowed,
                document.IsProfile ? "spec.allow.dns" : "spec.egress",
                null,
                $"isolates egress without allowing DNS: unless another policy does, {Remedy(document)}"
            );
        }
    }

    private static bool IsGivenByOthers(PolicyDocument document) =>
        document.Facts is { } facts && DnsCover.IsGiven(document, facts, AllowsDns);

    private static bool AllowsDns(V1NetworkPolicy policy) =>
        Directions.Isolates(policy.Spec ?? new(), Directions.Egress) && DocumentRule.Of(policy.Spec?.Egress).Any(AllowsDns);

    private static string Remedy(PolicyDocument document) =>
        document switch
        {
            { IsProfile: true } => "set it to true",
            { IsNetworkPolicy: true } => "allow UDP and TCP port 53 to pods labelled k8s-app=kube-dns",
            _ => "allow it, for example {to: [{entity: ClusterDNS}]}",
        };

    private static void CheckProtocols(DocumentRule rule, FindingSink findings)
    {
        var tcp = rule.Ports.ToList().FindIndex(p => p is { Port: { IsText: false, Number: Dns } } && (p.Protocol ?? "TCP") == "TCP");
        if (tcp >= 0 && !rule.Ports.Any(p => Allows(p, "UDP")))
        {
            findings.Warning(
                FindingCodes.DnsTcpOnly,
                rule.PortPath(tcp),
                null,
                "allows port 53 for TCP only, but DNS asks over UDP first: add {protocol: UDP, port: 53}"
            );
        }
    }

    /// <summary>
    /// With ports, whether UDP port 53 is among them; without, whether a peer may well be the DNS servers.
    /// </summary>
    private static bool AllowsDns(DocumentRule rule) =>
        rule.Ports.IsEmpty ? rule.Peers.IsEmpty || rule.Peers.Any(MayBeDns) : rule.Ports.Any(p => Allows(p, "UDP"));

    private static bool MayBeDns(DocumentPeer peer)
    {
        if (peer.Model.Entity == ClusterEntities.ClusterDNS || peer.Block?.Cidr.Meant is { PrefixLength: 0 })
        {
            return true;
        }

        var name = new Dictionary<string, string>(StringComparer.Ordinal) { ["kubernetes.io/metadata.name"] = "kube-system" };
        return peer.Model.NamespaceSelector is { } selector && LabelSelectorMatcher.Matches(selector, name);
    }

    private static bool Allows(V1NetworkPolicyPort entry, string protocol) =>
        (entry.Protocol ?? "TCP") == protocol
        && entry.Port switch
        {
            null => true,
            { IsText: true } name => name.Text!.Contains("dns", StringComparison.Ordinal),
            { } port => port.Number <= Dns && Dns <= (entry.EndPort ?? port.Number),
        };
}
