using System.Collections;
using Palisade.Policy.Evaluation;
using Palisade.Policy.Net;

namespace Palisade.Policy.Connectivity;

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
