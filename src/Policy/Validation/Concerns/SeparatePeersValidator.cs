using Palisade.Policy.Validation.Document;

namespace Palisade.Policy.Validation.Concerns;

/// <summary>
/// Warns of a namespaceSelector and a podSelector that follow each other as two items, where one dash too many turns "these pods of
/// these namespaces" into "these pods here, and all pods there".
/// </summary>
internal sealed class SeparatePeersValidator : Concern
{
    protected override void Check(PolicyDocument document, FindingSink findings)
    {
        foreach (var rule in document.Rules)
        {
            for (var i = 1; i < rule.Peers.Length; i++)
            {
                var (first, second) = (rule.Peers[i - 1], rule.Peers[i]);
                if ((IsNamespaces(first) && IsPods(second)) || (IsPods(first) && IsNamespaces(second)))
                {
                    findings.Warning(
                        FindingCodes.PeersLookLikeOne,
                        second.Path,
                        null,
                        "namespaceSelector and podSelector as two items mean either: to mean these pods of these namespaces put both into one item (one dash)"
                    );
                }
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
