using FluentValidation;
using Palisade.Policy.Expansion;
using Palisade.Policy.Net;

namespace Palisade.Policy.Validation;

/// <summary>A peer is of exactly one kind, and one that exists.</summary>
internal sealed class PeerValidator : AbstractValidator<DocumentPeer>
{
    /// <param name="kinds">The kinds of peers that the object may have, as the end of a sentence.</param>
    public PeerValidator(string kinds) =>
        RuleFor(peer => peer).Custom((peer, context) => CheckKinds(peer, kinds, context)).Custom(CheckEntity).Custom(CheckTenant);

    private static void CheckKinds(DocumentPeer peer, string possible, ValidationContext<DocumentPeer> context)
    {
        var kinds = peer.Kinds();
        if (kinds.Count == 0)
        {
            context.AddError(
                FindingCodes.PeerEmpty,
                peer.Path,
                null,
                $"must not be empty: give {possible}; for everybody leave out the whole list"
            );
        }
        else if (kinds.Count > 1)
        {
            context.AddError(
                FindingCodes.PeerOfSeveralKinds,
                peer.Path,
                null,
                $"must be of one kind, but has {string.Join(" and ", kinds)}: make them items of their own (either may match)"
            );
        }
    }

    private static void CheckEntity(DocumentPeer peer, ValidationContext<DocumentPeer> context)
    {
        if (peer.Model.Entity is { } entity && !ClusterEntities.Names.Contains(entity, StringComparer.Ordinal))
        {
            var names = string.Join(" or ", ClusterEntities.Names);
            var meant = Text.DidYouMean(entity, ClusterEntities.Names);
            context.AddError(FindingCodes.EntityUnknown, $"{peer.Path}.entity", entity, $"must be {names}{meant}");
        }
    }

    private static void CheckTenant(DocumentPeer peer, ValidationContext<DocumentPeer> context)
    {
        if (peer.Model.Tenant is not { } tenant)
        {
            return;
        }

        if (tenant.Labels is not { Count: > 0 } labels)
        {
            context.AddError(
                FindingCodes.TenantWithoutLabels,
                $"{peer.Path}.tenant.labels",
                null,
                "must name at least one label whose value tells tenants apart, for example [\"team\"]"
            );
            return;
        }

        for (var i = 0; i < labels.Count; i++)
        {
            if (LabelSyntax.ValidateKey(labels[i]) is { } reason)
            {
                context.AddError(FindingCodes.LabelKeyInvalid, $"{peer.Path}.tenant.labels[{i}]", labels[i], reason);
            }
        }
    }
}

/// <summary>
/// Warns of a namespaceSelector and a podSelector that follow each other as two items, where one dash too many turns "these pods of
/// these namespaces" into "these pods here, and all pods there".
/// </summary>
internal sealed class SeparatePeersValidator : AbstractValidator<DocumentRule>
{
    public SeparatePeersValidator() => RuleFor(rule => rule).Custom(Check);

    private static void Check(DocumentRule rule, ValidationContext<DocumentRule> context)
    {
        for (var i = 1; i < rule.Peers.Length; i++)
        {
            var (first, second) = (rule.Peers[i - 1], rule.Peers[i]);
            if ((IsNamespaces(first) && IsPods(second)) || (IsPods(first) && IsNamespaces(second)))
            {
                context.AddWarning(
                    FindingCodes.PeersLookLikeOne,
                    second.Path,
                    null,
                    "namespaceSelector and podSelector as two items mean either: to mean these pods of these namespaces put both into one item (one dash)"
                );
            }
        }
    }

    private static bool IsNamespaces(DocumentPeer peer) =>
        peer.Model.PodSelector is null && SaysSomething(peer.Model.NamespaceSelector) && peer.Kinds().Count == 1;

    private static bool IsPods(DocumentPeer peer) =>
        peer.Model.NamespaceSelector is null && SaysSomething(peer.Model.PodSelector) && peer.Kinds().Count == 1;

    /// <summary>The empty selector is written on purpose: all pods here, or all namespaces.</summary>
    private static bool SaysSomething(V1LabelSelector? selector) =>
        selector is not null && (selector.MatchLabels is { Count: > 0 } || selector.MatchExpressions is { Count: > 0 });
}

/// <summary>Warns of rules that mean everybody without saying so. The rule {} says so.</summary>
internal sealed class OpenRuleValidator : AbstractValidator<DocumentRule>
{
    public OpenRuleValidator() => RuleFor(rule => rule).Custom(Check);

    private static void Check(DocumentRule rule, ValidationContext<DocumentRule> context)
    {
        if (!rule.Peers.IsEmpty || (!rule.HasPeerList && rule.Ports.IsEmpty))
        {
            return;
        }

        var who = rule.Direction == Directions.Ingress ? "every source" : "every destination";
        context.AddWarning(
            FindingCodes.RuleForEverybody,
            rule.PeersPath,
            null,
            $"is {(rule.HasPeerList ? "empty" : "absent")}, which means {who}, also outside the cluster: name the peers unless that is meant"
        );
    }
}

/// <summary>Warns of policies that mean every address of one family and none of the other.</summary>
internal sealed class FamilyTwinValidator : AbstractValidator<PolicyDocument>
{
    public FamilyTwinValidator() => RuleFor(document => document).Custom(Check);

    private static void Check(PolicyDocument document, ValidationContext<PolicyDocument> context)
    {
        foreach (var rule in document.Rules)
        {
            var four = FirstOf(rule, Cidr.AllIPv4);
            var six = FirstOf(rule, Cidr.AllIPv6);
            if ((four ?? six) is not { } block || (four is not null && six is not null))
            {
                continue;
            }

            var twin = four is null ? Cidr.AllIPv4 : Cidr.AllIPv6;
            // Rules add up: the twin may stand in others, as long as these together allow the same ports.
            var twins = document.Rules.Where(r => r.Direction == rule.Direction && FirstOf(r, twin) is not null).ToList();
            if (!PortCover.Covers(twins, rule))
            {
                context.AddWarning(
                    FindingCodes.FamilyTwinMissing,
                    $"{block.Path}.cidr",
                    block.Cidr.Text,
                    $"means every {block.Cidr.Meant!.Value.Family} address and no {twin.Family} address: add \"{twin}\" unless that is meant"
                );
            }
        }
    }

    private static DocumentBlock? FirstOf(DocumentRule rule, Cidr cidr) =>
        rule.Peers.Select(p => p.Block).FirstOrDefault(b => b?.Cidr.Meant == cidr);
}
