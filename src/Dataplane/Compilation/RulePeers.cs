using Palisade.Models;
using Palisade.Policy.Net;
using Palisade.Policy.Selectors;

namespace Palisade.Dataplane.Compilation;

/// <summary>The peers of one rule, sorted out.</summary>
/// <param name="IsEverything">Whether every address is allowed.</param>
/// <param name="Selectors">Peers by labels.</param>
/// <param name="Blocks">Peers by addresses.</param>
internal sealed record RulePeers(bool IsEverything, IReadOnlyList<SelectorPeer> Selectors, IReadOnlyList<BlockPeer> Blocks)
{
    /// <summary>Reads a rule's peers; one that makes no sense is reported.</summary>
    public static RulePeers Read(
        IList<V1NetworkPolicyPeer>? peers,
        string ownNamespace,
        string field,
        Action<string, string, string> report
    )
    {
        if (peers is not { Count: > 0 })
        {
            return new RulePeers(true, [], []);
        }

        var selectors = new List<SelectorPeer>();
        var blocks = new List<BlockPeer>();
        for (var i = 0; i < peers.Count; i++)
        {
            var path = $"{field}[{i}]";
            switch (peers[i])
            {
                case { IpBlock: { } block, PodSelector: null, NamespaceSelector: null }:
                    if (BlockPeer.Read(block, $"{path}.ipBlock", report) is { } read)
                    {
                        blocks.Add(read);
                    }

                    break;
                case { IpBlock: null } peer when peer.PodSelector is not null || peer.NamespaceSelector is not null:
                    ReportInvalid(peer.NamespaceSelector, $"{path}.namespaceSelector", report);
                    ReportInvalid(peer.PodSelector, $"{path}.podSelector", report);
                    selectors.Add(
                        new SelectorPeer(ownNamespace, peer.NamespaceSelector, peer.PodSelector ?? LabelSelectorMatcher.Everything)
                    );
                    break;
                default:
                    report(path, "", "must be either an ipBlock or selectors");
                    break;
            }
        }

        return new RulePeers(false, [.. selectors.DistinctBy(peer => peer.Meaning, StringComparer.Ordinal)], blocks);
    }

    /// <summary>Rules for the peers, one each, but plain blocks share a set; one rule for every address.</summary>
    public IEnumerable<PolicyRule> Rules(Direction direction, IpFamily family, SetCatalog sets)
    {
        var any = new PolicyRule { Direction = direction };
        var side = direction == Direction.Ingress ? "src" : "dst";
        var ofFamily = Blocks.Where(peer => peer.Block.Family == family).ToArray();
        var plain = ofFamily.Where(peer => peer.Exceptions.Count == 0).Select(peer => peer.Block).Distinct().ToArray();
        if (IsEverything || Array.Exists(plain, block => block.PrefixLength == 0))
        {
            return [any];
        }

        var rules = new List<PolicyRule>();
        if (plain is [var only])
        {
            rules.Add(any with { Block = only });
        }
        else if (plain.Length > 1)
        {
            rules.Add(any with { Sets = [new(sets.Blocks(family, plain, []), side)] });
        }

        var excepted = ofFamily.Where(peer => peer.Exceptions.Count > 0).Select(peer => WithExceptions(peer, side, family, sets));
        var selected = Selectors.Select(peer => new SetLookup(sets.Peers(family, peer), side));
        rules.AddRange(excepted.Concat(selected).Select(lookup => any with { Sets = [lookup] }));
        return rules;
    }

    /// <summary>Reports a selector that cannot be understood.</summary>
    public static void ReportInvalid(V1LabelSelector? selector, string field, Action<string, string, string> report)
    {
        if (selector is not null && LabelSelectorMatcher.WhyInvalid(selector) is { } reason)
        {
            report(field, LabelSelectorKey.Of(selector), reason);
        }
    }

    /// <summary>hash:net refuses a prefix of length 0: everything but the exceptions is "not in the set of the exceptions".</summary>
    private static SetLookup WithExceptions(BlockPeer peer, string side, IpFamily family, SetCatalog sets) =>
        peer.Block.PrefixLength == 0
            ? new(sets.Blocks(family, peer.Exceptions, []), side, IsNegated: true)
            : new(sets.Blocks(family, [peer.Block], peer.Exceptions), side);
}
