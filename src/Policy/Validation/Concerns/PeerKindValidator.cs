using Palisade.Policy.Expansion;
using Palisade.Policy.Validation.Document;

namespace Palisade.Policy.Validation.Concerns;

/// <summary>Every peer is of exactly one kind, and one that exists.</summary>
internal sealed class PeerKindValidator : Concern
{
    protected override void Check(PolicyDocument document, FindingSink findings)
    {
        foreach (var peer in document.Rules.SelectMany(r => r.Peers))
        {
            CheckKinds(document, peer, findings);
            CheckEntity(peer, findings);
            CheckTenant(peer, findings);
        }
    }

    private static void CheckKinds(PolicyDocument document, DocumentPeer peer, FindingSink findings)
    {
        var kinds = peer.Kinds();
        if (kinds.Count == 0)
        {
            var possible = document.IsNetworkPolicy
                ? "podSelector, namespaceSelector or ipBlock"
                : "podSelector, namespaceSelector, ipBlock, tenant, nodes or entity";
            findings.Error(
                FindingCodes.PeerEmpty,
                peer.Path,
                null,
                $"must not be empty: give {possible}; for everybody leave out the whole list"
            );
        }
        else if (kinds.Count > 1)
        {
            findings.Error(
                FindingCodes.PeerOfSeveralKinds,
                peer.Path,
                null,
                $"must be of one kind, but has {string.Join(" and ", kinds)}: make them items of their own (either may match)"
            );
        }
    }

    private static void CheckEntity(DocumentPeer peer, FindingSink findings)
    {
        if (peer.Model.Entity is { } entity && !ClusterEntities.Names.Contains(entity, StringComparer.Ordinal))
        {
            var names = string.Join(" or ", ClusterEntities.Names);
            var meant = Text.DidYouMean(entity, ClusterEntities.Names);
            findings.Error(FindingCodes.EntityUnknown, $"{peer.Path}.entity", entity, $"must be {names}{meant}");
        }
    }

    private static void CheckTenant(DocumentPeer peer, FindingSink findings)
    {
        if (peer.Model.Tenant is not { } tenant)
        {
            return;
        }

        if (tenant.Labels is not { Count: > 0 } labels)
        {
            findings.Error(
                FindingCodes.TenantWithoutLabels,
                $"{peer.Path}.tenant.labels",
                null,
                "must name at least one label whose value tells tenants apart, for example [\"team\"]"
            );
            return;
        }

        for (var i = 0; i < labels.Count; i++)
        {
            if (LabelSyntax.WhyNoKey(labels[i]) is { } reason)
            {
                findings.Error(FindingCodes.LabelKeyInvalid, $"{peer.Path}.tenant.labels[{i}]", labels[i], reason);
            }
        }
    }
}
