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
    private readonly bool _isIngress;

    /// <param name="rule">The rule.</param>
    /// <param name="selected">The ends that its selectors mean.</param>
    /// <param name="inBlocks">The ends whose address of the family lies in its blocks.</param>
    public RuleReach(EvaluatedRule rule, BitArray selected, Dictionary<IpFamily, BitArray> inBlocks)
    {
        _rule = rule;
        _selected = selected;
        _inBlocks = inBlocks;
        _isIngress = rule.Direction == Directions.Ingress;
    }

    /// <summary>Whether a peer means the other end, whatever the ports.</summary>
    public bool Means(ConnectivityEnd other, IpFamily family) => _selected[other.Index] || _inBlocks[family][other.Index];

    /// <summary>The ports that the rule allows between the end that it is a rule of and another one.</summary>
    public PortSet Ports(ConnectivityEnd subject, ConnectivityEnd other, IpFamily family)
    {
        // A port name is the destination pod's to resolve, whichever peer means it.
        var destination = _isIngress ? subject : other;
        return Means(other, family) ? _rule.PortsFor(destination.IsOutside ? null : destination.Pods[0]) : PortSet.Empty;
    }

    /// <summary>Whether the ports depend on the other end, and not on the rule and its subject alone.</summary>
    public bool PortsDependOnOther => !_isIngress && _rule.NamesPorts;
}
