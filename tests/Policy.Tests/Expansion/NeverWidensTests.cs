using Palisade.Policy.Evaluation;
using Palisade.Policy.Expansion;
using Palisade.Policy.Net;

namespace Palisade.Policy.Tests.Expansion;

/// <summary>The less of the cluster matches a peer, the less passes: random policies, with nodes and labels taken away.</summary>
public sealed class NeverWidensTests
{
    private static readonly string[] Peers =
    [
        "{nodes: {matchLabels: {role: edge}}}",
        "{nodes: {matchLabels: {role: none}}}",
        "{tenant: {labels: [team]}}",
        "{tenant: {labels: [team, missing]}}",
        "{podSelector: {matchLabels: {app: a}}}",
        "{namespaceSelector: {matchLabels: {team: red}}}",
        "{ipBlock: {cidr: 192.168.0.0/24, except: [192.168.0.2/32]}}",
        "{entity: ClusterDNS}",
        "{}",
    ];

    private static readonly string[] Ports = ["[]", "[{port: 80}]", "[{protocol: UDP, port: 53}]"];
    private static readonly string[] Types = ["[]", "[Ingress]", "[Egress]", "[Ingress, Egress]"];

    [Fact]
    public void Expand_LessMatches_NothingMorePasses()
    {
        var random = new Random(7);
        for (var i = 0; i < 500; i++)
        {
            var types = Types[random.Next(Types.Length)];
            var rules = $"{Rules(random, "ingress", "from")}, {Rules(random, "egress", "to")}";
            var policy = Yaml.Read<ClusterNetworkPolicy>(
                $"{{metadata: {{name: x}}, spec: {{namespaceSelector: {{}}, policyTypes: {types}, {rules}}}}}"
            );
            var full = Allowed(policy, Nodes("edge"), "{team: red}");
            Allowed(policy, Nodes("other"), "{team: red}").Except(full, StringComparer.Ordinal).ShouldBeEmpty(Yaml.ToText(policy));
            Allowed(policy, [], "{team: red}").Except(full, StringComparer.Ordinal).ShouldBeEmpty(Yaml.ToText(policy));
            Allowed(policy, Nodes("edge"), "{}").Except(full, StringComparer.Ordinal).ShouldBeEmpty(Yaml.ToText(policy));
        }
    }

    [Fact]
    public void Without_AnyFieldDropped_NothingMorePasses()
    {
        var random = new Random(11);
        for (var i = 0; i < 60; i++)
        {
            var rules = $"{Rules(random, "ingress", "from")}, {Rules(random, "egress", "to")}";
            var policy = Yaml.Read<ClusterNetworkPolicy>($"{{metadata: {{name: x}}, spec: {{namespaceSelector: {{}}, {rules}}}}}");
            var target = NamespaceFacts.From(Yaml.Read<V1Namespace>("{metadata: {name: t, labels: {team: red}}}"));
            var stamped = PolicyExpander.Expand(policy, target, new() { Nodes = [.. Nodes("edge")] }).Policy!;
            var full = Allowed(stamped);
            foreach (var path in PolicyFields.UsedBy(stamped.Spec!))
            {
                if (PolicyFields.Without(stamped.Spec!, [path]) is { } left)
                {
                    var narrower = new V1NetworkPolicy { Metadata = stamped.Metadata, Spec = left };
                    Allowed(narrower).Except(full, StringComparer.Ordinal).ShouldBeEmpty($"{path} of {Yaml.ToText(stamped)}");
                }
            }
        }
    }

    private static string Rules(Random random, string direction, string list)
    {
        var rules = Enumerable
            .Range(0, random.Next(3))
            .Select(_ =>
            {
                var peers = string.Join(", ", Enumerable.Range(0, random.Next(1, 3)).Select(_ => Peers[random.Next(Peers.Length)]));
                return $"{{{list}: [{peers}], ports: {Ports[random.Next(Ports.Length)]}}}";
            });
        return $"{direction}: [{string.Join(", ", rules)}]";
    }

    /// <summary>The target namespace is labelled as given when it is stamped into, and always the same when connections are judged.</summary>
    private static HashSet<string> Allowed(ClusterNetworkPolicy policy, List<NodeFacts> nodes, string labels)
    {
        var target = NamespaceFacts.From(Yaml.Read<V1Namespace>($"{{metadata: {{name: t, labels: {labels}}}}}"));
        return Allowed(PolicyExpander.Expand(policy, target, new() { Nodes = [.. nodes] }).Policy!);
    }

    private static HashSet<string> Allowed(V1NetworkPolicy stamped)
    {
        PodFacts[] pods = [Pod("t", "a", 1), Pod("t", "b", 2), Pod("u", "a", 3), Pod("u", "b", 4)];
        var evaluator = new VerdictEvaluator(
            new()
            {
                Namespaces =
                [
                    NamespaceFacts.From(Yaml.Read<V1Namespace>("{metadata: {name: t, labels: {team: red}}}")),
                    NamespaceFacts.From(Yaml.Read<V1Namespace>("{metadata: {name: u, labels: {team: red}}}")),
                ],
                Pods = [.. pods],
                Policies = [PolicyFacts.From(stamped)],
            }
        );
        string[] addresses = ["192.168.0.1", "192.168.0.2", "8.8.8.8"];
        var ends = pods.Select(p => TrafficEnd.Pod(p.Namespace, p.Name))
            .Concat(addresses.Select(a => TrafficEnd.From(IpAddress.Parse(a))))
            .ToList();
        var allowed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (from, to) in ends.SelectMany(from => ends.Select(to => (from, to))))
        {
            foreach (var (protocol, port) in new[] { ("TCP", 80), ("TCP", 81), ("UDP", 53) })
            {
                if (evaluator.Evaluate(new(from, to, protocol, port)).Allowed)
                {
                    allowed.Add($"{from} {to} {protocol} {port}");
                }
            }
        }

        return allowed;
    }

    private static List<NodeFacts> Nodes(string role) =>
        [
            NodeFacts.From(
                Yaml.Read<V1Node>(
                    $"{{metadata: {{name: n, labels: {{role: {role}}}}}, status: {{addresses: [{{type: InternalIP, address: 192.168.0.1}}]}}}}"
                )
            ),
        ];

    private static PodFacts Pod(string inNamespace, string app, int number) =>
        PodFacts.From(
            Yaml.Read<V1Pod>(
                $"{{metadata: {{name: {app}, namespace: {inNamespace}, labels: {{app: {app}}}}}, status: {{phase: Running, podIP: 10.0.0.{number}}}}}"
            )
        );
}
