using Palisade.Policy;
using Palisade.Policy.Net;
using Palisade.Policy.Selectors;

namespace Palisade.Dataplane.Compilation;

/// <summary>The peers of one rule, sorted out.</summary>
/// <param name="IsEverything">Whether every address is allowed.</param>
/// <param name="Selectors">Peers by labels.</param>
/// <param name="Blocks">Peers by addresses.</param>
internal sealed record RulePeers(bool IsEverything, IReadOnlyList<SelectorPeer> Selectors, IReadOnlyList<BlockPeer> Blocks)
{
    private readonly Lazy<BlockPods> _podsInBlocks = new(() => new BlockPods(Blocks));

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

    /// <summary>Rules for the peers: one for each selector, one for all blocks together; one rule for every address.</summary>
    public IEnumerable<PolicyRule> Rules(Direction direction, IpFamily family, SetCatalog sets)
    {
        var any = new PolicyRule { Direction = direction };
        var side = direction == Direction.Ingress ? "src" : "dst";
        var blocks = BlockUnion.From(Blocks.Where(peer => peer.Block.Family == family));
        if (IsEverything || blocks.IsEverything)
        {
            return [any];
        }

        var rules = new List<PolicyRule>();
        if (blocks is { IsComplement: false, Entries: [var only] })
        {
            rules.Add(any with { Block = only.Block(family) });
        }
        else if (!blocks.IsEmpty)
        {
            rules.Add(any with { Sets = [new(sets.Blocks(family, blocks.Entries), side, blocks.IsComplement)] });
        }

        rules.AddRange(Selectors.Select(peer => any with { Sets = [new SetLookup(sets.Peers(family, peer), side)] }));
        return rules;
    }

    /// <summary>The pods that a port name of an egress rule is looked up on, for each peer or for all blocks together.</summary>
    public IEnumerable<IPodSelection> NamedPortPods(IpFamily family)
    {
        if (IsEverything)
        {
            return [SelectorPeer.EveryPod];
        }

        IEnumerable<IPodSelection> inBlocks = Blocks.Any(peer => peer.Block.Family == family) ? [_podsInBlocks.Value] : [];
        return Selectors.Concat(inBlocks);
    }

    /// <summary>Reports a selector that cannot be understood.</summary>
    public static void ReportInvalid(V1LabelSelector? selector, string field, Action<string, string, string> report)
    {
        if (selector is not null && LabelSelectorMatcher.FindError(selector) is { } reason)
        {
            report(field, LabelSelectorKey.From(selector), reason);
        }
    }
}

/// <summary>A peer given by labels.</summary>
/// <param name="OwnNamespace">The policy's namespace.</param>
/// <param name="Namespaces">Selects the peers' namespaces; null for the policy's own.</param>
/// <param name="Pods">Selects pods in them.</param>
internal sealed record SelectorPeer(string OwnNamespace, V1LabelSelector? Namespaces, V1LabelSelector Pods) : IPodSelection
{
    /// <summary>Every pod of the cluster.</summary>
    public static SelectorPeer EveryPod { get; } = new("", LabelSelectorMatcher.Everything, LabelSelectorMatcher.Everything);

    /// <summary>Text that is the same for peers that select the same pods.</summary>
    public string Meaning { get; } =
        Namespaces is null
            ? $"pods {LabelSelectorKey.From(Pods)} of namespace {OwnNamespace}"
            : $"pods {LabelSelectorKey.From(Pods)} of namespaces {LabelSelectorKey.From(Namespaces)}";

    /// <summary>Whether the peer means the pod.</summary>
    public bool Matches(IndexedPod pod)
    {
        var isOfNamespace = Namespaces is null
            ? string.Equals(pod.Namespace, OwnNamespace, StringComparison.Ordinal)
            : pod.Home is { } home && MatchesNamespace(home);
        return isOfNamespace && LabelSelectorMatcher.Matches(Pods, pod.Labels);
    }

    /// <inheritdoc/>
    public IEnumerable<IndexedPod> FindIn(PodIndex pods) => pods.Matching(this);

    /// <summary>Whether the selector of namespaces matches.</summary>
    public bool MatchesNamespace(NamespaceFacts item) => LabelSelectorMatcher.Matches(Namespaces, item.Labels);
}
