using System.Collections.Immutable;
using Palisade.Policy.Connectivity;

namespace Palisade.Policy.Evaluation;

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
