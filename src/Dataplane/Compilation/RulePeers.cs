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
    /// <summary>Reads a rule's peers; one that makes no sense matches nothing and is reported.</summary>
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
                    selectors.Add(
                        new SelectorPeer(ownNamespace, peer.NamespaceSelector, peer.PodSelector ?? LabelSelectorMatcher.Everything)
                    );
                    break;
                default:
                    report(path, "", "must be either an ipBlock or selectors; the peer matches nothing");
                    break;
            }
        }

        return new RulePeers(false, [.. selectors.DistinctBy(peer => peer.Meaning, StringComparer.Ordinal)], blocks);
    }

    /// <summary>Matches for the peers, one each, but plain blocks share a set; one empty match for every address.</summary>
    /// <param name="side"><c>src</c> or <c>dst</c>.</param>
    /// <param name="family">Family of the addresses.</param>
    /// <param name="sets">Collects the sets.</param>
    public IEnumerable<string> Matches(string side, IpFamily family, SetCollector sets)
    {
        var ofFamily = Blocks.Where(peer => peer.Block.Family == family).ToArray();
        var plain = ofFamily.Where(peer => peer.Exceptions.Count == 0).Select(peer => peer.Block).Distinct().ToArray();
        if (IsEverything || plain.Any(block => block.PrefixLength == 0))
        {
            return [""];
        }

        var matches = new List<string>();
        if (plain is [var only])
        {
            matches.Add($"-{side[0]} {only}");
        }
        else if (plain.Length > 1)
        {
            matches.Add($"-m set --match-set {sets.Blocks(family, plain, [])} {side}");
        }

        matches.AddRange(ofFamily.Where(peer => peer.Exceptions.Count > 0).Select(peer => WithExceptions(peer, side, family, sets)));
        matches.AddRange(Selectors.Select(peer => $"-m set --match-set {sets.Peers(family, peer)} {side}"));
        return matches;
    }

    /// <summary>hash:net refuses a prefix of length 0: everything but the exceptions is "not in the set of the exceptions".</summary>
    private static string WithExceptions(BlockPeer peer, string side, IpFamily family, SetCollector sets) =>
        peer.Block.PrefixLength == 0
            ? $"-m set ! --match-set {sets.Blocks(family, peer.Exceptions, [])} {side}"
            : $"-m set --match-set {sets.Blocks(family, [peer.Block], peer.Exceptions)} {side}";
}
