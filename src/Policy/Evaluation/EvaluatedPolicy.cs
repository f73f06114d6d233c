using System.Collections.Immutable;
using Palisade.Policy.Connectivity;
using Palisade.Policy.Selectors;

namespace Palisade.Policy.Evaluation;

/// <summary>
/// A NetworkPolicy, read once. One whose podSelector cannot be understood isolates every pod of its namespace and allows
/// nothing: the API server would have refused it, and to take it for less could leave a pod open.
/// </summary>
internal sealed class EvaluatedPolicy
{
    private readonly PolicyFacts _policy;
    private readonly ImmutableArray<EvaluatedRule> _ingress = [];
    private readonly ImmutableArray<EvaluatedRule> _egress = [];

    public EvaluatedPolicy(PolicyFacts policy)
    {
        Reference = new(policy.Namespace, policy.Name);
        _policy = policy;
        var spec = policy.Spec;
        if (spec.PodSelector is { } selector && LabelSelectorMatcher.FindError(selector) is not null)
        {
            return;
        }

        _ingress = [.. (spec.Ingress ?? []).Select((r, i) => new EvaluatedRule(Reference, Directions.Ingress, i, r.FromProperty, r.Ports))];
        _egress = [.. (spec.Egress ?? []).Select((r, i) => new EvaluatedRule(Reference, Directions.Egress, i, r.To, r.Ports))];
    }

    public PolicyReference Reference { get; }

    public bool Isolates(PodFacts pod, string direction) => _policy.Isolates(pod, direction);

    public ImmutableArray<EvaluatedRule> Rules(string direction) => direction == Directions.Ingress ? _ingress : _egress;
}

/// <summary>A rule of one direction: any of the peers, on any of the ports. Without peers everybody, without ports every port.</summary>
internal sealed class EvaluatedRule(
    PolicyReference policy,
    string direction,
    int number,
    IList<V1NetworkPolicyPeer>? peers,
    IList<V1NetworkPolicyPort>? ports
)
{
    private readonly IList<V1NetworkPolicyPort> _ports = ports ?? [];

    public PolicyReference Policy => policy;

    public string Direction => direction;

    public int Number => number;

    /// <summary>The peers; none means everybody.</summary>
    public ImmutableArray<PeerMatcher> Peers { get; } = [.. (peers ?? []).Select(p => new PeerMatcher(p, policy.Namespace))];

    /// <summary>Whether some of the ports are names, which each destination pod resolves for itself.</summary>
    public bool NamesPorts => PortNames.Any();

    /// <summary>Names that it gives ports by.</summary>
    public IEnumerable<string> PortNames => _ports.Where(entry => entry.Port is { IsText: true }).Select(entry => entry.Port!.Text!);

    /// <summary>The ports it allows, with the names as the destination pod has them; without a pod names mean nothing.</summary>
    public PortSet PortsFor(PodFacts? namesPorts) =>
        _ports.Count == 0 ? PortSet.All : PortSet.Union(_ports.Select(entry => PortMatcher.PortsOf(entry, namesPorts)));

    /// <summary>How the rule allows the connection; null when it does not.</summary>
    public RuleReference? Allow(PeerView other, PodFacts? destination, string protocol, int port)
    {
        if (Peers.IsEmpty)
        {
            return AllowPort(null, destination, protocol, port);
        }

        for (var i = 0; i < Peers.Length; i++)
        {
            if (Peers[i].Matches(other) && AllowPort(i, destination, protocol, port) is { } allowed)
            {
                return allowed;
            }
        }

        return null;
    }

    /// <summary>Why the rule does not allow the connection; null when it does.</summary>
    public RuleMiss? Miss(PeerView other, PodFacts? destination, string protocol, int port) =>
        Allow(other, destination, protocol, port) is null
            ? new(policy, direction, number, Peers.IsEmpty || Peers.Any(peer => peer.Matches(other)))
            : null;

    private RuleReference? AllowPort(int? peer, PodFacts? namesPorts, string protocol, int port)
    {
        if (_ports.Count == 0)
        {
            return new(policy, direction, number, peer, Port: null);
        }

        for (var i = 0; i < _ports.Count; i++)
        {
            if (PortMatcher.Matches(_ports[i], protocol, port, namesPorts))
            {
                return new(policy, direction, number, peer, i);
            }
        }

        return null;
    }
}
