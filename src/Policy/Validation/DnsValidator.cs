using System.Collections.Immutable;
using System.Globalization;
using FluentValidation;
using Palisade.Policy.Selectors;

namespace Palisade.Policy.Validation;

/// <summary>Warns when egress is isolated and names can no longer be resolved, and when DNS is allowed half.</summary>
internal sealed class DnsValidator : AbstractValidator<PolicyDocument>
{
    public DnsValidator() => RuleFor(document => document).Custom(Check);

    private static void Check(PolicyDocument document, ValidationContext<PolicyDocument> context)
    {
        var egress = document.Rules.Where(r => r.Direction == Directions.Egress).ToList();
        foreach (var rule in egress)
        {
            CheckProtocols(rule, egress, document.Dns, context);
        }

        var isAllowed = document.AllowsDns || egress.Exists(r => r.AllowsDns(document.Dns));
        if (document.Isolates(Directions.Egress) && !isAllowed && !IsGivenByOthers(document))
        {
            context.AddWarning(
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
    private static void CheckProtocols(
        DocumentRule rule,
        List<DocumentRule> egress,
        DnsServers dns,
        ValidationContext<PolicyDocument> context
    )
    {
        var tcp = rule.Ports.ToList().FindIndex(dns.IsTcp);
        if (tcp >= 0 && !egress.Exists(other => (other.Ports.IsEmpty || other.Ports.Any(dns.AllowsUdp)) && other.HasPeersOf(rule)))
        {
            var port = rule.Ports[tcp].Port!.Number.ToString(CultureInfo.InvariantCulture);
            context.AddWarning(
                FindingCodes.DnsTcpOnly,
                rule.PortPath(tcp),
                null,
                $"allows port {port} for TCP only, but DNS asks over UDP first: add {{protocol: UDP, port: {port}}}"
            );
        }
    }
}

/// <summary>Whether other policies of a cluster let DNS out for all pods that a document isolates.</summary>
internal static class DnsCover
{
    /// <summary>Whether they do, in every namespace that the document is for. When there is no time to look at all, no.</summary>
    public static bool IsGiven(PolicyDocument document, ClusterFacts facts)
    {
        var own = document.PodSelector ?? LabelSelectorMatcher.Everything;
        var (ownKey, found) = (LabelSelectorKey.From(own), false);
        foreach (var target in facts.Snapshot.Namespaces)
        {
            if (document.IsTimeSpent())
            {
                return false;
            }

            if (document.AppliesTo(target))
            {
                found = true;
                if (!IsGiven(document, target.Name, facts, own, ownKey))
                {
                    return false;
                }
            }
        }

        return found;
    }

    private static bool IsGiven(PolicyDocument document, string target, ClusterFacts facts, V1LabelSelector own, string ownKey)
    {
        var others = facts.DnsAllowances(target);
        foreach (var other in others)
        {
            if (other.PolicyName != document.PolicyName && (other.Key == LabelSelectorKey.Everything || other.Key == ownKey))
            {
                return true;
            }
        }

        return !others.IsEmpty && AreCovered(document, facts.SelectablePods(target), own, others);
    }

    /// <summary>Whether there are pods that the document isolates, and others' policies select each.</summary>
    private static bool AreCovered(
        PolicyDocument document,
        ImmutableArray<PodGroup> pods,
        V1LabelSelector own,
        ImmutableArray<DnsAllowance> others
    )
    {
        var isolated = pods.Where(group => LabelSelectorMatcher.Matches(own, group.Labels)).ToList();
        return isolated.Count > 0
            && isolated.TrueForAll(group =>
                !document.IsTimeSpent()
                && others.Any(other => other.PolicyName != document.PolicyName && LabelSelectorMatcher.Matches(other.Pods, group.Labels))
            );
    }
}
