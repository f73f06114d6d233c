using System.Collections;
using System.Collections.Immutable;
using Palisade.Policy.Evaluation;
using Palisade.Policy.Net;

namespace Palisade.Policy.Connectivity;

/// <summary>Finds for every rule of every policy the ends that it means; each selector and each set of blocks is looked at once.</summary>
internal sealed class PolicyReach
{
    private readonly ImmutableArray<ConnectivityEnd> _ends;
    private readonly Dictionary<string, BitArray> _bySelector = new(StringComparer.Ordinal);
    private readonly Dictionary<(CidrSet Blocks, CidrSet Wide, AddressAssumption Assumption), Dictionary<IpFamily, BitArray>> _byBlocks =
    [];
    private readonly SnapshotIndex _index;

    public PolicyReach(SnapshotIndex index, ImmutableArray<ConnectivityEnd> ends)
    {
        _index = index;
        _ends = ends;
        Rules = index.Policies.SelectMany(RulesOf).ToDictionary(rule => rule, Find);
    }

    /// <summary>The rules, with what they mean.</summary>
    public IReadOnlyDictionary<EvaluatedRule, RuleReach> Rules { get; }

    /// <summary>The rules of a policy, of both directions.</summary>
    public static IEnumerable<EvaluatedRule> RulesOf(EvaluatedPolicy policy) =>
        policy.Rules(Directions.Ingress).Concat(policy.Rules(Directions.Egress));

    /// <summary>All addresses that the rule's blocks mean.</summary>
    public static CidrSet BlocksOf(EvaluatedRule rule) => CidrSet.Union(rule.Peers.Select(peer => peer.Addresses));

    private RuleReach Find(EvaluatedRule rule)
    {
        var selected = new BitArray(_ends.Length, defaultValue: rule.Peers.IsEmpty);
        foreach (var peer in rule.Peers.Where(peer => peer.IsSelector && !peer.IsBlock))
        {
            selected.Or(Selected(peer));
        }

        return new(rule, selected, InBlocks(rule, AddressAssumption.Least), InBlocks(rule, AddressAssumption.Most));
    }

    private BitArray Selected(PeerMatcher peer)
    {
        var key = peer.SelectorKey;
        if (!_bySelector.TryGetValue(key, out var selected))
        {
            _bySelector[key] = selected = new BitArray(_ends.Length);
            foreach (var end in _ends.Where(end => !end.IsOutside))
            {
                selected[end.Index] = peer.Matches(new(default, end.Pods[0], _index.NamespaceLabels(end.Namespace)));
            }
        }

        return selected;
    }

    private Dictionary<IpFamily, BitArray> InBlocks(EvaluatedRule rule, AddressAssumption assumption)
    {
        var blocks = BlocksOf(rule);
        var wide =
            assumption == AddressAssumption.Most
                ? CidrSet.Union(rule.Peers.Select(peer => peer.Addresses).Where(block => !PeerView.IsHost(block)))
                : blocks;
        if (!_byBlocks.TryGetValue((blocks, wide, assumption), out var ends))
        {
            _byBlocks[(blocks, wide, assumption)] = ends = ConnectivityAnalysis.Families.ToDictionary(
                family => family,
                family => new BitArray(_ends.Select(end => IsIn(blocks, wide, end, family, assumption)).ToArray())
            );
        }

        return ends;
    }

    private static bool IsIn(CidrSet blocks, CidrSet wide, ConnectivityEnd end, IpFamily family, AddressAssumption assumption) =>
        end.Samples.TryGetValue(family, out var address)
        && (end.Ranges.GetValueOrDefault(family) is { } range ? PeerView.IsIn(wide, address, range, assumption) : blocks.Contains(address));
}
