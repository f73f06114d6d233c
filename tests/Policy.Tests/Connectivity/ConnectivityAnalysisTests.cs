using Palisade.Policy.Connectivity;

namespace Palisade.Policy.Tests.Connectivity;

public sealed class ConnectivityAnalysisTests
{
    private const string Shop = """
        {kind: Namespace, metadata: {name: shop, labels: {team: red}}}
        ---
        {kind: Node, metadata: {name: n1}, spec: {podCIDR: 10.0.0.0/16}}
        ---
        kind: Pod
        metadata: {name: web-5d4-x, namespace: shop, labels: {app: web, pod-template-hash: 5d4}, ownerReferences: [{kind: ReplicaSet, name: web-5d4}]}
        spec: {containers: [{name: c, ports: [{name: http, containerPort: 80}]}]}
        status: {podIP: 10.0.0.1}
        ---
        kind: Pod
        metadata: {name: web-5d4-y, namespace: shop, labels: {app: web, pod-template-hash: 5d4}, ownerReferences: [{kind: ReplicaSet, name: web-5d4}]}
        spec: {containers: [{name: c, ports: [{name: http, containerPort: 80}]}]}
        status: {podIP: 10.0.0.2}
        ---
        kind: Pod
        metadata: {name: db-0, namespace: shop, labels: {app: db, index: "0"}, ownerReferences: [{kind: StatefulSet, name: db, controller: true}]}
        status: {podIP: 10.0.0.3}
        ---
        kind: Pod
        metadata: {name: db-1, namespace: shop, labels: {app: db, index: "1"}, ownerReferences: [{kind: StatefulSet, name: db, controller: true}]}
        status: {podIP: 10.0.0.4}
        ---
        {kind: Pod, metadata: {name: job-0, namespace: shop, labels: {app: job}}, status: {podIP: 10.0.0.5}}
        ---
        {kind: Pod, metadata: {name: job-1, namespace: shop, labels: {app: job}}, status: {podIP: 10.0.0.6}}
        ---
        {kind: Pod, metadata: {name: lone, namespace: shop}, status: {podIP: 10.0.0.7}}
        ---
        {kind: Pod, metadata: {name: host, namespace: shop}, spec: {hostNetwork: true}, status: {podIP: 192.168.0.1}}
        ---
        {kind: Pod, metadata: {name: pending, namespace: shop}}
        """;

    [Fact]
    public void Of_PodsWithAndWithoutOwners_AreWorkloads() =>
        Analyse()
            .Ends.Select(end => $"{end} {end.OwnerKind} {string.Join(' ', end.Pods.Select(pod => pod.Name))}")
            .ShouldBe([
                "shop/db StatefulSet db-0 db-1",
                "shop/job  job-0 job-1",
                "shop/lone  lone",
                "shop/web Deployment web-5d4-x web-5d4-y",
                "outside any other address  ",
            ]);

    [Theory]
    [InlineData("{podSelector: {matchLabels: {index: '1'}}}")]
    [InlineData("{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {index: '1'}}}]}]}")]
    [InlineData("{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.4/32}}]}]}")]
    public void Of_PolicyThatTellsPodsOfAWorkloadApart_PartsIt(string spec) =>
        Analyse(spec)
            .Ends.Select(end => end.Name)
            .Where(name => name.StartsWith("db", StringComparison.Ordinal))
            .ShouldBe(["db (db-0)", "db (db-1)"]);

    [Theory]
    [InlineData("{cidr: 192.0.2.0/24}", "any other address", "192.0.2.0/24")]
    [InlineData("{cidr: 192.0.2.0/24, except: [192.0.2.0/25]}", "any other address", "192.0.2.128/25")]
    [InlineData("{cidr: 0.0.0.0/0}", "0.0.0.0/0", "::/0")]
    [InlineData("{cidr: 10.0.0.0/8}", "10.0.0.0/8", "any other address")]
    [InlineData("{cidr: 10.0.1.0/24}", "any other address")] // only of pods
    public void Of_Blocks_PartTheOutside(string block, params string[] expected) =>
        Analyse($"{{podSelector: {{}}, ingress: [{{from: [{{ipBlock: {block}}}]}}]}}")
            .Ends.Where(end => end.IsOutside)
            .Select(end => end.Name)
            .Order(StringComparer.Ordinal)
            .ShouldBe(expected.Order(StringComparer.Ordinal));

    [Fact]
    public void Explain_Pair_SaysWhatIsolatesAndWhichRulesAllow()
    {
        var analysis = Analyse(
            "{podSelector: {matchLabels: {app: web}}, ingress: [{ports: [{port: http}]}, {from: [{podSelector: {}}], ports: [{port: 90, endPort: 95}]}]}",
            "{podSelector: {matchLabels: {app: db}}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: http}]}]}"
        );

        var explanation = analysis.Explain(analysis.Ends[0], analysis.Ends[3]);

        explanation.Reach.Egress.ToString().ShouldBe("80/TCP");
        explanation.Reach.Ingress.ToString().ShouldBe("80/TCP, 90-95/TCP");
        explanation.Reach.Allowed.ToString().ShouldBe("80/TCP");
        explanation.Egress.AllowedBy.Select(rule => $"{rule.Policy} {rule.Field} {rule.Ports}").ShouldBe(["shop/p1 spec.egress[0] 80/TCP"]);
        explanation
            .Ingress.AllowedBy.Select(rule => $"{rule.Policy} {rule.Field} {rule.Ports}")
            .ShouldBe(["shop/p0 spec.ingress[0] 80/TCP", "shop/p0 spec.ingress[1] 90-95/TCP"]);
        analysis.Explain(analysis.Ends[3], analysis.Ends[0]).Ingress.IsIsolated.ShouldBeFalse();
    }

    [Fact]
    public void Between_RuleTakenAwayAndPodAdded_SaysWhatClosesAndOpens()
    {
        var old = Analyse(
            "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 192.0.2.0/24}}, {ipBlock: {cidr: 198.51.100.0/24}}], ports: [{port: 80}]}]}"
        );
        var now = ConnectivityAnalysis.From(
            Snapshot(
                "{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {app: new}}}], ports: [{port: 80}]}]}"
            ) with
            {
                Pods =
                [
                    .. Yaml.Snapshot(Shop).Pods,
                    PodFacts.From(
                        Yaml.Read<V1Pod>("{metadata: {name: new, namespace: shop, labels: {app: new}}, status: {podIP: 10.0.0.9}}")
                    ),
                ],
            }
        );

        var difference = ConnectivityDifference.Between(old, now);

        difference.Added.Select(end => end.ToString()).ShouldBe(["shop/new"]);
        difference.Removed.ShouldBeEmpty();
        Texts(difference.Closed, "shop/web").ShouldBe(["outside 192.0.2.0/24, 198.51.100.0/24 > shop/web 80/TCP"]);
        Texts(difference.Opened, "shop/web").ShouldBe(["shop/new > shop/web 80/TCP"]);
        Texts(difference.Opened, "shop/lone")
            .ShouldBe(
                [
                    "shop/db > shop/lone every port",
                    "shop/job > shop/lone every port",
                    "shop/new > shop/lone every port",
                    "shop/web > shop/lone every port",
                    "outside any other address > shop/lone every port",
                    "outside 192.0.2.0/24, 198.51.100.0/24 > shop/lone 1-79/TCP, 81-65535/TCP, every UDP port, every SCTP port",
                ],
                ignoreOrder: true
            );
    }

    [Fact]
    public void Between_SameSnapshot_IsNothing()
    {
        var analysis = Analyse("{podSelector: {matchLabels: {index: '1'}}, ingress: [{from: [{ipBlock: {cidr: 192.0.2.0/24}}]}]}");

        var difference = ConnectivityDifference.Between(analysis, analysis);

        (difference.Opened.Length, difference.Closed.Length, difference.Added.Length, difference.Removed.Length).ShouldBe((0, 0, 0, 0));
    }

    private static IEnumerable<string> Texts(IEnumerable<ConnectivityChange> changes, string to) =>
        changes
            .Where(change => change.Destination.ToString() == to)
            .Select(change => $"{change.Source} > {change.Destination} {change.Ports}");

    private static ConnectivityAnalysis Analyse(params string[] specs) => ConnectivityAnalysis.From(Snapshot(specs));

    private static ClusterSnapshot Snapshot(params string[] specs) =>
        Yaml.Snapshot(Shop) with
        {
            Policies =
            [
                .. specs
                    .Select((spec, i) => Yaml.Read<V1NetworkPolicy>($"{{metadata: {{name: p{i}, namespace: shop}}, spec: {spec}}}"))
                    .Select(PolicyFacts.From),
            ],
        };
}
