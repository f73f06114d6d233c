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

/// <summary>Which ends a rule means, and on which ports.</summary>
internal sealed class RuleReach
{
    private readonly EvaluatedRule _rule;
    private readonly BitArray _selected;
    private readonly Dictionary<IpFamily, BitArray> _inBlocks;
    private readonly Dictionary<IpFamily, BitArray> _mayBeInBlocks;
    private readonly bool _isIngress;

    /// <param name="rule">The rule.</param>
    /// <param name="selected">The ends that its selectors mean.</param>
    /// <param name="inBlocks">The ends whose address of the family lies in its blocks for sure.</param>
    /// <param name="mayBeInBlocks">These, and the ends whose address is not known and may lie in its blocks.</param>
    public RuleReach(
        EvaluatedRule rule,
        BitArray selected,
        Dictionary<IpFamily, BitArray> inBlocks,
        Dictionary<IpFamily, BitArray> mayBeInBlocks
    )
    {
        _rule = rule;
        _selected = selected;
        _inBlocks = inBlocks;
        _mayBeInBlocks = mayBeInBlocks;
        _isIngress = rule.Direction == Directions.Ingress;
    }

    /// <summary>Whether a peer means the other end, whatever the ports.</summary>
    public bool Means(ConnectivityEnd other, IpFamily family, AddressAssumption assumption) =>
        _selected[other.Index] || InBlocks(assumption)[family][other.Index];

    /// <summary>Whether what it allows depends on addresses that are not known.</summary>
    public bool IsUnsure =>
        ConnectivityAnalysis.Families.Any(family => ((BitArray)_inBlocks[family].Clone()).Xor(_mayBeInBlocks[family]).HasAnySet());

    /// <summary>The ports that the rule allows between the end that it is a rule of and another one.</summary>
    public PortSet Ports(ConnectivityEnd subject, ConnectivityEnd other, IpFamily family, AddressAssumption assumption)
    {
        // A port name is the destination pod's to resolve, whichever peer means it.
        var destination = _isIngress ? subject : other;
        return Means(other, family, assumption) ? _rule.PortsFor(destination.IsOutside ? null : destination.Pods[0]) : PortSet.Empty;
    }

    private Dictionary<IpFamily, BitArray> InBlocks(AddressAssumption assumption) =>
        assumption == AddressAssumption.Most ? _mayBeInBlocks : _inBlocks;

    /// <summary>Whether the ports depend on the other end, and not on the rule and its subject alone.</summary>
    public bool PortsDependOnOther => !_isIngress && _rule.NamesPorts;
}

/// <summary>What one end may open to another, over any address family that both have.</summary>
/// <param name="Egress">Ports that the source's side lets out.</param>
/// <param name="Ingress">Ports that the destination's side lets in.</param>
/// <param name="Allowed">Ports that pass both sides in the same family.</param>
/// <param name="DependsOnFamily">Whether IPv4 and IPv6 differ; what is given is then what at least one of them lets pass.</param>
public sealed record Reach(PortSet Egress, PortSet Ingress, PortSet Allowed, bool DependsOnFamily)
{
    /// <summary>
    /// Ports of which it depends on where pods get their addresses whether they pass, since policies have blocks of addresses and the
    /// pods' own are not known. None of <see cref="Allowed"/>.
    /// </summary>
    public PortSet Unsure { get; init; } = PortSet.Empty;
}
