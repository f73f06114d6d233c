using System.Collections.Immutable;
using Palisade.Policy;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Compilation;

/// <summary>Compiles one direction of one policy into a chain of rules, none of which depends on another.</summary>
internal sealed class PolicyChainCompiler(SetCatalog sets)
{
    /// <summary>What the kernel does not take.</summary>
    public KernelLimits Limits { get; set; } = KernelLimits.None;

    /// <summary>
    /// The chain; null when the policy allows nothing in the direction. What a part that cannot be understood was to mean to the others is
    /// not known, so that a policy with such a part allows nothing.
    /// </summary>
    public PolicyChain? Compile(PolicyFacts policy, Direction direction, Action<CompileProblem> report)
    {
        var isSound = true;
        var rules = Read(
            policy,
            direction,
            problem =>
            {
                isSound = false;
                report(problem);
            }
        );
        if (!isSound)
        {
            return null;
        }

        var four = Rules(rules, direction, IpFamily.IPv4);
        var six = Rules(rules, direction, IpFamily.IPv6);
        if (four.Length + six.Length == 0)
        {
            return null;
        }

        var hash = ContentHash.Compute([
            "policy",
            direction.ToString(),
            $"{four.Length}",
            .. four.Concat(six).Select(rule => rule.ToString()),
        ]);
        var chain = new PolicyChain(Names.Policy(direction, hash), four, six);
        return Limits.IsNone || KernelNeeds.AreMet(chain, Limits, sets, ByField(rules, direction), ReportLack) ? chain : null;

        void ReportLack(string field, string value, string message, string lacks) =>
            report(new CompileProblem(policy.ToString(), field, value, message) { Lacks = lacks });
    }

    /// <summary>The rules with the path of the policy's rule that they come from.</summary>
    private IEnumerable<(string Field, PolicyRule Rule)> ByField(List<(RulePeers Peers, RulePorts Ports)> rules, Direction direction)
    {
        var path = direction == Direction.Ingress ? "spec.ingress" : "spec.egress";
        return from item in rules.Index()
            from family in (IpFamily[])[IpFamily.IPv4, IpFamily.IPv6]
            from rule in Rules(item.Item.Peers, item.Item.Ports, direction, family)
            select ($"{path}[{item.Index}]", rule);
    }

    private static List<(RulePeers Peers, RulePorts Ports)> Read(PolicyFacts policy, Direction direction, Action<CompileProblem> report)
    {
        var ownNamespace = policy.Namespace;
        void Report(string field, string value, string message) => report(new CompileProblem(policy.ToString(), field, value, message));

        RulePeers.ReportInvalid(policy.Spec.PodSelector, "spec.podSelector", Report);
        var rules = new List<(RulePeers, RulePorts)>();
        if (direction == Direction.Ingress)
        {
            foreach (var (i, rule) in (policy.Spec.Ingress ?? []).Index())
            {
                var peers = RulePeers.Read(rule.FromProperty, ownNamespace, $"spec.ingress[{i}].from", Report);
                rules.Add((peers, RulePorts.Read(rule.Ports, $"spec.ingress[{i}].ports", Report)));
            }
        }
        else
        {
            foreach (var (i, rule) in (policy.Spec.Egress ?? []).Index())
            {
                var peers = RulePeers.Read(rule.To, ownNamespace, $"spec.egress[{i}].to", Report);
                rules.Add((peers, RulePorts.Read(rule.Ports, $"spec.egress[{i}].ports", Report)));
            }
        }

        return rules;
    }

    /// <summary>Sorted, so that the order in which a policy lists its rules does not make another chain.</summary>
    private ImmutableArray<PolicyRule> Rules(List<(RulePeers Peers, RulePorts Ports)> rules, Direction direction, IpFamily family)
    {
        var sorted = new SortedDictionary<string, PolicyRule>(StringComparer.Ordinal);
        foreach (var (peers, ports) in rules)
        {
            foreach (var rule in Rules(peers, ports, direction, family))
            {
                if (rule.IsEverything)
                {
                    return [rule];
                }

                sorted[rule.ToString()] = rule;
            }
        }

        return [.. sorted.Values];
    }

    private IEnumerable<PolicyRule> Rules(RulePeers peers, RulePorts ports, Direction direction, IpFamily family) =>
        peers
            .Rules(direction, family, sets)
            .SelectMany(rule => ports.AddTo(rule, family, sets))
            .Concat(Named(peers, ports, direction, family));

    /// <summary>
    /// An ingress port name is looked up on the pod that the packet is for, an egress port name on each destination pod: with a block of
    /// addresses, on the pods whose address lies in it, and on nothing else there.
    /// </summary>
    private IEnumerable<PolicyRule> Named(RulePeers peers, RulePorts ports, Direction direction, IpFamily family)
    {
        foreach (var port in ports.Names)
        {
            var protocol = Protocols.IptablesName(port.Protocol);
            if (direction == Direction.Ingress)
            {
                foreach (var rule in peers.Rules(direction, family, sets))
                {
                    var lookup = new SetLookup(sets.LocalNamedPorts(family, port), "dst,dst");
                    yield return rule with
                    {
                        Protocol = protocol,
                        Sets = rule.Sets.Insert(0, lookup),
                    };
                }
            }
            else
            {
                foreach (var pods in peers.NamedPortPods(family))
                {
                    var lookup = new SetLookup(sets.NamedPorts(family, pods, port), "dst,dst");
                    yield return new PolicyRule
                    {
                        Direction = direction,
                        Protocol = protocol,
                        Sets = [lookup],
                    };
                }
            }
        }
    }
}

/// <summary>One direction of a policy, compiled; it depends on nothing but the policy.</summary>
/// <param name="Source">The policy.</param>
/// <param name="Chain">What it allows; null when that is nothing.</param>
/// <param name="Problems">What could not be understood.</param>
internal sealed record CompiledPolicy(PolicyFacts Source, PolicyChain? Chain, IReadOnlyList<CompileProblem> Problems)
{
    /// <summary>Namespace and name; human-readable.</summary>
    public string Reference => Source.ToString();
}

/// <summary>Chooses between a list that was there and a new one, so that a comparison by reference shows at once that nothing changed.</summary>
internal static class Earlier
{
    /// <summary>The earlier list when both have equal items, otherwise the later one.</summary>
    public static ImmutableArray<T> Choose<T>(ImmutableArray<T> earlier, ImmutableArray<T> later)
        where T : IEquatable<T> => earlier.AsSpan().SequenceEqual(later.AsSpan()) ? earlier : later;
}
