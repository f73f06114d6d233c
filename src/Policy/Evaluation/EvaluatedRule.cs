using System.Collections.Immutable;
using Palisade.Models;

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
    private readonly ImmutableArray<PeerMatcher> _peers = [.. (peers ?? []).Select(p => new PeerMatcher(p, policy.Namespace))];
    private readonly IList<V1NetworkPolicyPort> _ports = ports ?? [];

    /// <summary>How the rule allows the connection; null when it does not.</summary>
    public RuleReference? Allow(PeerView other, V1Pod? destination, string protocol, int port)
    {
        if (_peers.IsEmpty)
        {
            return AllowPort(null, destination, protocol, port);
        }

        for (var i = 0; i < _peers.Length; i++)
        {
            // A named egress port is the destination pod's to resolve; a block of addresses knows no pods.
            var namesPorts = direction == Directions.Egress && _peers[i].IsBlock ? null : destination;
            if (_peers[i].Matches(other) && AllowPort(i, namesPorts, protocol, port) is { } allowed)
            {
                return allowed;
            }
        }

        return null;
    }

    private RuleReference? AllowPort(int? peer, V1Pod? namesPorts, string protocol, int port)
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
