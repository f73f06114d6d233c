using Palisade.Policy.Evaluation;
using Palisade.Policy.Net;

namespace Palisade.Policy.Tests.Evaluation;

public sealed class VerdictEvaluatorTests
{
    /// <summary>Two nodes; shop has web, api (dual stack, named ports) and db; other has one client; one pod a kind that is out.</summary>
    private const string Cluster = """
        {kind: Namespace, metadata: {name: shop, labels: {team: red}}}
        ---
        {kind: Namespace, metadata: {name: other, labels: {team: blue}}}
        ---
        {kind: Node, metadata: {name: n1}, status: {addresses: [{type: InternalIP, address: 192.168.0.1}]}}
        ---
        {kind: Node, metadata: {name: n2}, status: {addresses: [{type: InternalIP, address: 192.168.0.2}]}}
        ---
        kind: Pod
        metadata: {name: web, namespace: shop, labels: {app: web}}
        spec: {nodeName: n1, containers: [{name: c, ports: [{name: http, containerPort: 8080}]}]}
        status: {phase: Running, podIPs: [{ip: 10.0.1.1}]}
        ---
        kind: Pod
        metadata: {name: api, namespace: shop, labels: {app: api}}
        spec:
          nodeName: n2
          containers: [{name: c, ports: [{name: http, containerPort: 80}, {name: dns, containerPort: 53, protocol: UDP}]}]
          initContainers: [{name: s, restartPolicy: Always, ports: [{name: admin, containerPort: 15000}]}, {name: i, ports: [{name: once, containerPort: 1}]}]
        status: {phase: Running, podIPs: [{ip: 10.0.2.1}, {ip: "fd00::2:1"}]}
        ---
        kind: Pod
        metadata: {name: db, namespace: shop, labels: {app: db}}
        spec: {nodeName: n2}
        status: {phase: Running, podIPs: [{ip: 10.0.2.2}, {ip: "fd00::2:2"}]}
        ---
        kind: Pod
        metadata: {name: client, namespace: other, labels: {app: web}}
        spec: {nodeName: n1}
        status: {phase: Running, podIP: 10.0.1.9}
        ---
        kind: Pod
        metadata: {name: host, namespace: shop, labels: {app: web}}
        spec: {nodeName: n2, hostNetwork: true, containers: [{name: c, ports: [{name: http, containerPort: 8080}]}]}
        status: {phase: Running, podIPs: [{ip: 192.168.0.2}]}
        ---
        kind: Pod
        metadata: {name: done, namespace: shop, labels: {app: web}}
        spec: {nodeName: n1}
        status: {phase: Succeeded, podIPs: [{ip: 10.0.1.9}]}
        ---
        kind: Pod
        metadata: {name: leaving, namespace: shop, labels: {app: web}, deletionTimestamp: "2026-01-01T00:00:00Z"}
        spec: {nodeName: n1}
        status: {phase: Running, podIPs: [{ip: 10.0.1.8}]}
        ---
        {kind: Pod, metadata: {name: pending, namespace: shop, labels: {app: web}}, spec: {nodeName: n1}, status: {phase: Pending}}
        ---
        kind: Pod
        metadata: {name: lost, namespace: unknown, labels: {app: web}}
        spec: {nodeName: n1}
        status: {phase: Running, podIPs: [{ip: 10.0.1.7}]}
        """;

    [Theory]
    // No policy, and what policyTypes default to.
    [InlineData("", "shop/web", "shop/db", true)]
    [InlineData("{podSelector: {}}", "shop/web", "shop/db", false)]
    [InlineData("{podSelector: {matchLabels: {app: web}}}", "shop/web", "shop/db", true)]
    [InlineData("{podSelector: {matchLabels: {app: web}}, egress: []}", "shop/web", "shop/db", true)]
    [InlineData(
        "{podSelector: {matchLabels: {app: web}}, egress: [{to: [{podSelector: {matchLabels: {app: api}}}]}]}",
        "shop/web",
        "shop/db",
        false
    )]
    [InlineData("{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress]}", "shop/web", "shop/db", false)]
    [InlineData("{podSelector: {matchLabels: {app: db}}, policyTypes: [Egress]}", "shop/web", "shop/db", true)]
    [InlineData("{}", "shop/web", "shop/db", false)]
    [InlineData("{podSelector: {matchExpressions: [{key: app, operator: Near}]}}", "shop/web", "shop/db", false)]
    // Rules without peers or ports.
    [InlineData("{ingress: [{}]}", "other/client", "shop/db", true)]
    [InlineData("{ingress: [{from: []}]}", "8.8.8.8", "shop/db", true)]
    [InlineData("{ingress: [{ports: [{port: 80}]}]}", "8.8.8.8", "shop/db", true)]
    [InlineData("{ingress: [{ports: [{port: 81}]}]}", "8.8.8.8", "shop/db", false)]
    // Peers by selectors.
    [InlineData("{ingress: [{from: [{podSelector: {}}]}]}", "shop/web", "shop/db", true)]
    [InlineData("{ingress: [{from: [{podSelector: {}}]}]}", "other/client", "shop/db", false)]
    [InlineData("{ingress: [{from: [{namespaceSelector: {}}]}]}", "other/client", "shop/db", true)]
    [InlineData("{ingress: [{from: [{namespaceSelector: {matchLabels: {team: blue}}}]}]}", "other/client", "shop/db", true)]
    [InlineData("{ingress: [{from: [{namespaceSelector: {matchLabels: {team: blue}}}]}]}", "shop/web", "shop/db", false)]
    [InlineData(
        "{ingress: [{from: [{namespaceSelector: {matchLabels: {team: blue}}, podSelector: {matchLabels: {app: db}}}]}]}",
        "other/client",
        "shop/db",
        false
    )]
    [InlineData(
        "{ingress: [{from: [{namespaceSelector: {matchLabels: {team: blue}}}, {podSelector: {matchLabels: {app: db}}}]}]}",
        "other/client",
        "shop/db",
        true
    )]
    [InlineData("{ingress: [{from: [{namespaceSelector: {}}]}]}", "shop/leaving", "shop/db", true)]
    [InlineData("{ingress: [{from: [{namespaceSelector: {}}]}]}", "unknown/lost", "shop/db", false)]
    [InlineData("{ingress: [{from: [{podSelector: {matchExpressions: [{key: app, operator: Near}]}}]}]}", "shop/web", "shop/db", false)]
    [InlineData("{ingress: [{from: [{}]}]}", "shop/web", "shop/db", false)]
    [InlineData("{ingress: [{from: [{namespaceSelector: {}}]}]}", "10.0.1.9", "shop/db", true)]
    [InlineData("{ingress: [{from: [{namespaceSelector: {}}]}]}", "8.8.8.8", "shop/db", false)]
    // Blocks.
    [InlineData("{ingress: [{from: [{ipBlock: {cidr: 8.8.0.0/16}}]}]}", "8.8.8.8", "shop/db", true)]
    [InlineData("{ingress: [{from: [{ipBlock: {cidr: 8.8.0.0/16, except: [8.8.8.0/24]}}]}]}", "8.8.8.8", "shop/db", false)]
    [InlineData(
        "{ingress: [{from: [{ipBlock: {cidr: 8.8.0.0/16, except: [8.8.8.0/24]}}, {ipBlock: {cidr: 8.8.8.8/32}}]}]}",
        "8.8.8.8",
        "shop/db",
        true
    )]
    [InlineData("{ingress: [{from: [{ipBlock: {cidr: 8.8.8.9/16}}]}]}", "8.8.8.8", "shop/db", true)]
    [InlineData("{ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}", "2001:db8::1", "shop/db", false)]
    [InlineData("{ingress: [{from: [{ipBlock: {cidr: '::/0'}}]}]}", "2001:db8::1", "shop/db", true)]
    [InlineData("{ingress: [{from: [{ipBlock: {cidr: 10.0.1.0/24}}]}]}", "shop/web", "shop/db", true)]
    [InlineData("{ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0, except: [nonsense]}}]}]}", "shop/web", "shop/db", false)]
    [InlineData("{ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}]}]}", "shop/web", "shop/db", false)]
    [InlineData("{ingress: [{from: [{ipBlock: {cidr: 192.168.0.0/16}}]}]}", "192.168.0.1", "shop/db", true)]
    // Pods in their node's network are hosts.
    [InlineData("{ingress: [{from: [{podSelector: {}}]}]}", "shop/host", "shop/web", false)]
    [InlineData("{ingress: [{from: [{ipBlock: {cidr: 192.168.0.2/32}}]}]}", "shop/host", "shop/web", true)]
    [InlineData("{policyTypes: [Ingress, Egress]}", "shop/host", "other/client", true)]
    [InlineData("{podSelector: {matchLabels: {app: web}}}", "shop/db", "shop/host", true)]
    // The pod's own node, both ways, also as one of its pods.
    [InlineData("{policyTypes: [Ingress, Egress]}", "192.168.0.1", "shop/web", true)]
    [InlineData("{policyTypes: [Ingress, Egress]}", "shop/web", "192.168.0.1", true)]
    [InlineData("{policyTypes: [Ingress, Egress]}", "192.168.0.2", "shop/web", false)]
    [InlineData("{policyTypes: [Ingress, Egress]}", "shop/web", "192.168.0.2", false)]
    [InlineData("{policyTypes: [Ingress, Egress]}", "shop/host", "shop/db", true)]
    // A pod to itself.
    [InlineData("{policyTypes: [Ingress, Egress]}", "shop/web", "shop/web", true)]
    [InlineData("{policyTypes: [Ingress, Egress]}", "shop/web", "10.0.1.1", true)]
    // Both ends count.
    [InlineData("{podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress, Egress], ingress: [{}]}", "shop/web", "shop/db", true)]
    [InlineData("{policyTypes: [Ingress, Egress], ingress: [{}]}", "shop/web", "shop/db", false)]
    [InlineData("{policyTypes: [Ingress, Egress], egress: [{}]}", "shop/web", "shop/db", false)]
    [InlineData("{policyTypes: [Ingress, Egress], ingress: [{}], egress: [{}]}", "shop/web", "shop/db", true)]
    // Pods that are out.
    [InlineData("", "shop/done", "shop/db", false)]
    [InlineData("", "shop/pending", "shop/db", false)]
    [InlineData("", "shop/missing", "shop/db", false)]
    public void Evaluate_OnePolicyInShop_Decides(string spec, string from, string to, bool allowed) =>
        Evaluate(spec, from, to, "TCP", 80).Allowed.ShouldBe(allowed);

    [Theory]
    [InlineData("ingress: [{ports: [{port: 80}]}]", "TCP", 80, true)]
    [InlineData("ingress: [{ports: [{port: 80}]}]", "UDP", 80, false)]
    [InlineData("ingress: [{ports: [{protocol: UDP, port: 80}]}]", "UDP", 80, true)]
    [InlineData("ingress: [{ports: [{protocol: SCTP}]}]", "SCTP", 9, true)]
    [InlineData("ingress: [{ports: [{protocol: SCTP}]}]", "TCP", 9, false)]
    [InlineData("ingress: [{ports: [{port: 80, endPort: 82}]}]", "TCP", 82, true)]
    [InlineData("ingress: [{ports: [{port: 80, endPort: 82}]}]", "TCP", 83, false)]
    [InlineData("ingress: [{ports: [{port: 80, endPort: 82}]}]", "TCP", 79, false)]
    [InlineData("ingress: [{ports: [{port: http}]}]", "TCP", 80, true)]
    [InlineData("ingress: [{ports: [{port: http}]}]", "TCP", 8080, false)]
    [InlineData("ingress: [{ports: [{port: http}], from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]", "TCP", 80, true)]
    [InlineData("ingress: [{ports: [{port: dns}]}]", "UDP", 53, false)]
    [InlineData("ingress: [{ports: [{protocol: UDP, port: dns}]}]", "UDP", 53, true)]
    [InlineData("ingress: [{ports: [{port: admin}]}]", "TCP", 15000, true)]
    [InlineData("ingress: [{ports: [{port: once}]}]", "TCP", 1, false)]
    [InlineData("ingress: [{ports: [{port: http, endPort: 90}]}]", "TCP", 80, false)]
    [InlineData("ingress: [{ports: [{endPort: 90}]}]", "TCP", 80, false)]
    [InlineData("ingress: [{ports: [{port: 1}, {port: 80}]}]", "TCP", 80, true)]
    public void Evaluate_IngressPortsOfApi_Decides(string rules, string protocol, int port, bool allowed) =>
        Evaluate($"{{podSelector: {{matchLabels: {{app: api}}}}, {rules}}}", "shop/web", "shop/api", protocol, port)
            .Allowed.ShouldBe(allowed);

    [Theory]
    [InlineData("to: [{podSelector: {}}], ports: [{port: http}]", "shop/api", 80, true)]
    [InlineData("to: [{podSelector: {}}], ports: [{port: http}]", "shop/api", 8080, false)]
    [InlineData("to: [{podSelector: {}}], ports: [{port: http}]", "shop/db", 80, false)]
    [InlineData("ports: [{port: http}]", "shop/api", 80, true)]
    [InlineData("to: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: http}]", "shop/api", 80, true)]
    [InlineData("to: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: http}]", "10.0.2.1", 80, true)]
    [InlineData("to: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: http}]", "shop/api", 8080, false)]
    [InlineData("to: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: http}]", "shop/db", 80, false)]
    [InlineData("to: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: http}]", "10.9.9.9", 80, false)]
    [InlineData("to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.2.0/24]}}], ports: [{port: http}]", "shop/api", 80, false)]
    [InlineData("to: [{ipBlock: {cidr: 10.0.1.0/24}}], ports: [{port: http}]", "shop/api", 80, false)]
    [InlineData("to: [{ipBlock: {cidr: 192.168.0.0/16}}], ports: [{port: http}]", "shop/host", 8080, false)]
    [InlineData("to: [{ipBlock: {cidr: 10.0.0.0/8}}, {podSelector: {}}], ports: [{port: http}]", "shop/api", 80, true)]
    [InlineData("ports: [{port: http}]", "8.8.8.8", 80, false)]
    [InlineData("ports: [{port: http}]", "shop/host", 8080, false)]
    public void Evaluate_NamedEgressPort_IsTheDestinationPods(string rule, string to, int port, bool allowed) =>
        Evaluate(
            $"{{podSelector: {{matchLabels: {{app: web}}}}, policyTypes: [Egress], egress: [{{{rule}}}]}}",
            "shop/web",
            to,
            "TCP",
            port
        )
            .Allowed.ShouldBe(allowed);

    [Fact]
    public void Evaluate_SeveralPolicies_AddUpAndAreExplained()
    {
        var evaluator = Evaluator(
            (
                "b-allow",
                "{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: none}}}]}, {from: [{namespaceSelector: {}}, {podSelector: {matchLabels: {app: web}}}], ports: [{port: 1}, {port: 80}]}]}"
            ),
            ("a-deny", "{podSelector: {}}"),
            ("c-other", "{podSelector: {matchLabels: {app: web}}}")
        );
        var verdict = evaluator.Evaluate(new(TrafficEnd.Pod("shop", "web"), TrafficEnd.Pod("shop", "db"), "TCP", 80));
        verdict.Reason.ShouldBe(VerdictReason.Policies);
        verdict.Egress.IsIsolated.ShouldBeFalse();
        verdict.Ingress.IsolatedBy.Select(p => p.ToString()).ShouldBe(["shop/a-deny", "shop/b-allow"]);
        var rule = verdict.Ingress.AllowedBy.ShouldHaveSingleItem();
        rule.ToString().ShouldBe("shop/b-allow spec.ingress[1].from[0]");
        rule.Port.ShouldBe(1);
    }

    [Theory]
    [InlineData("shop/web", "shop/web", VerdictReason.SamePod)]
    [InlineData("192.168.0.1", "shop/web", VerdictReason.OwnNode)]
    [InlineData("shop/missing", "shop/web", VerdictReason.NoSuchPod)]
    [InlineData("shop/web", "shop/done", VerdictReason.NoAddress)]
    [InlineData("shop/web", "2001:db8::1", VerdictReason.NoCommonFamily)]
    public void Evaluate_WithoutPolicies_SaysWhatDecided(string from, string to, VerdictReason reason) =>
        Evaluate("{}", from, to, "TCP", 80).Reason.ShouldBe(reason);

    [Theory]
    [InlineData(IpFamily.IPv4, true)]
    [InlineData(IpFamily.IPv6, false)]
    [InlineData(null, true)]
    public void Evaluate_DualStackPods_DecidesByTheFamilyAsked(IpFamily? family, bool allowed)
    {
        var evaluator = Evaluator(("p", "{ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]}"));
        var connection = new Connection(TrafficEnd.Pod("shop", "api"), TrafficEnd.Pod("shop", "db"), "TCP", 80) { Family = family };
        evaluator.Evaluate(connection).Allowed.ShouldBe(allowed);
    }

    [Fact]
    public void Evaluate_AddressOfAFinishedPod_IsTheLivingPods()
    {
        // 10.0.1.9 was shop/done's and is other/client's now.
        Evaluate("{ingress: [{from: [{podSelector: {}}]}]}", "10.0.1.9", "shop/db", "TCP", 80).Allowed.ShouldBeFalse();
        Evaluate("{ingress: [{from: [{namespaceSelector: {matchLabels: {team: blue}}}]}]}", "10.0.1.9", "shop/db", "TCP", 80)
            .Allowed.ShouldBeTrue();
    }

    private static Verdict Evaluate(string spec, string from, string to, string protocol, int port) =>
        (spec.Length == 0 ? Evaluator() : Evaluator(("p", spec))).Evaluate(new(End(from), End(to), protocol, port));

    private static VerdictEvaluator Evaluator(params (string Name, string Spec)[] policies)
    {
        var models = policies.Select(p => Yaml.Read<V1NetworkPolicy>($"{{metadata: {{name: {p.Name}, namespace: shop}}, spec: {p.Spec}}}"));
        return new(Yaml.Snapshot(Cluster) with { Policies = [.. models.Select(PolicyFacts.From)] });
    }

    private static TrafficEnd End(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? TrafficEnd.From(IpAddress.Parse(text)) : TrafficEnd.Pod(text[..slash], text[(slash + 1)..]);
    }
}
