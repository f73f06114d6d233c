using System.Collections.Immutable;
using Palisade.Models;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Compilation;

/// <summary>Compiles one direction of one policy into a chain of rules, none of which depends on another.</summary>
internal sealed class PolicyChainCompiler(SetCollector sets, Action<CompileProblem> report)
{
    /// <summary>The chain; null when the policy allows nothing in the direction.</summary>
    public PolicyChain? Compile(V1NetworkPolicy policy, Direction direction)
    {
        var rules = Read(policy, direction);
        var four = Rules(rules, direction, IpFamily.IPv4);
        var six = Rules(rules, direction, IpFamily.IPv6);
        if (four.Length + six.Length == 0)
        {
            return null;
        }

        var hash = ContentHash.Of(["policy", direction.ToString(), $"{four.Length}", .. four, .. six]);
        return new PolicyChain(Names.Policy(direction, hash), four, six);
    }

    private List<(RulePeers Peers, RulePorts Ports)> Read(V1NetworkPolicy policy, Direction direction)
    {
        var ownNamespace = policy.Metadata.NamespaceProperty ?? "";
        void Report(string field, string value, string message) =>
            report(new CompileProblem($"{ownNamespace}/{policy.Metadata.Name}", field, value, message));

        var rules = new List<(RulePeers, RulePorts)>();
        if (direction == Direction.Ingress)
        {
            foreach (var (i, rule) in (policy.Spec?.Ingress ?? []).Index())
            {
                var peers = RulePeers.Read(rule.FromProperty, ownNamespace, $"spec.ingress[{i}].from", Report);
                rules.Add((peers, RulePorts.Read(rule.Ports, $"spec.ingress[{i}].ports", Report)));
            }
        }
        else
        {
            foreach (var (i, rule) in (policy.Spec?.Egress ?? []).Index())
            {
                var peers = RulePeers.Read(rule.To, ownNamespace, $"spec.egress[{i}].to", Report);
                rules.Add((peers, RulePorts.Read(rule.Ports, $"spec.egress[{i}].ports", Report)));
            }
        }

        return rules;
    }

    /// <summary>Sorted, so that the order in which a policy lists its rules does not make another chain.</summary>
    private ImmutableArray<string> Rules(List<(RulePeers Peers, RulePorts Ports)> rules, Direction direction, IpFamily family)
    {
        var texts = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (peers, ports) in rules)
        {
            foreach (var match in Numbered(peers, ports, direction, family).Concat(Named(peers, ports, direction, family)))
            {
                texts.Add(match.Length == 0 ? $"-g {Names.Ok}" : $"{match} -g {Names.Ok}");
            }
        }

        var everything = $"-g {Names.Ok}";
        return texts.Contains(everything) ? [everything] : [.. texts];
    }

    private IEnumerable<string> Numbered(RulePeers peers, RulePorts ports, Direction direction, IpFamily family)
    {
        var peerMatches = peers.Matches(PeerSide(direction), family, sets).ToArray();
        return peerMatches.Length == 0
            ? []
            : ports.NumberMatches(family, sets).SelectMany(port => peerMatches.Select(peer => Join(peer, port)));
    }

    /// <summary>
    /// An ingress port name is looked up on the pod that the packet is for, an egress port name on each destination pod. A block
    /// of addresses has no pods, so that a name means nothing there on egress; on ingress the name is still the selected pod's.
    /// </summary>
    private IEnumerable<string> Named(RulePeers peers, RulePorts ports, Direction direction, IpFamily family)
    {
        foreach (var port in ports.Names)
        {
            var protocol = $"-p {Protocols.IptablesName(port.Protocol)}";
            if (direction == Direction.Ingress)
            {
                foreach (var peer in peers.Matches(PeerSide(direction), family, sets))
                {
                    yield return Join(
                        peer,
                        $"{protocol} -m set --match-set {sets.LocalNamedPorts(family, port.Protocol, port.Name)} dst,dst"
                    );
                }
            }
            else
            {
                foreach (var peer in peers.IsEverything ? [SelectorPeer.EveryPod] : peers.Selectors)
                {
                    yield return $"{protocol} -m set --match-set {sets.NamedPorts(family, peer, port.Protocol, port.Name)} dst,dst";
                }
            }
        }
    }

    private static string PeerSide(Direction direction) => direction == Direction.Ingress ? "src" : "dst";

    /// <summary>Plain addresses first, as iptables prints them; ports before sets, since they are cheaper to refuse by.</summary>
    private static string Join(string peer, string port) =>
        (peer, port) switch
        {
            ("", _) => port,
            (_, "") => peer,
            _ when peer.StartsWith("-m", StringComparison.Ordinal) => $"{port} {peer}",
            _ => $"{peer} {port}",
        };
}
