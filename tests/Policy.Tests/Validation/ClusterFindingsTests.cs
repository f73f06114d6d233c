using Palisade.Policy.Expansion;
using Palisade.Policy.Validation;

namespace Palisade.Policy.Tests.Validation;

/// <summary>What is found depends on what else is in the cluster, and on whether there is time to look.</summary>
public sealed class ClusterFindingsTests
{
    private const string Namespaces = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop, labels: {tier: web}}
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: blog, labels: {tier: web}}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: a, namespace: shop, labels: {app: api}}
        status: {phase: Running}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: b, namespace: shop, labels: {app: db}}
        status: {phase: Running}

        """;

    [Fact]
    public void Validate_EveryNamespaceLetsDnsOut_SaysNothingOfIt() =>
        Codes(Closing(), Dns("shop", "{}"), Dns("blog", "{}")).ShouldNotContain(FindingCodes.DnsNotAllowed);

    [Fact]
    public void Validate_OneNamespaceLetsNoDnsOut_Warns() => Codes(Closing(), Dns("shop", "{}")).ShouldContain(FindingCodes.DnsNotAllowed);

    [Fact]
    public void Validate_DnsOnlyFromWhatItStampedItself_Warns() =>
        Codes(Closing(), Dns("shop", "{}", "palisade-cnp-web"), Dns("blog", "{}")).ShouldContain(FindingCodes.DnsNotAllowed);

    [Theory]
    [InlineData("{matchExpressions: [{key: app, operator: Exists}]}", false)]
    [InlineData("{matchLabels: {app: api}}", true)]
    [InlineData("{matchExpressions: [{key: app, operator: Nonsense}]}", true)]
    public void Validate_DnsForSomePods_WarnsUnlessAllThatAreIsolatedAreAmongThem(string selector, bool warns) =>
        Codes(Closing(), Dns("shop", selector), Dns("blog", "{}")).Contains(FindingCodes.DnsNotAllowed).ShouldBe(warns);

    [Fact]
    public void Validate_DnsForTheSamePods_SaysNothingOfIt()
    {
        var policy = Closing();
        policy.Spec.PodSelector = new() { MatchLabels = Labels("app", "none-yet") };

        Codes(policy, Dns("shop", "{matchLabels: {app: none-yet}}"), Dns("blog", "{}")).ShouldNotContain(FindingCodes.DnsNotAllowed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Validate_DnsInANamespaceOfItsOwn_WarnsOfAProfileThatClosesIt(bool includeSystemNamespaces)
    {
        var profile = new DefaultDenyProfile
        {
            Metadata = new() { Name = "baseline" },
            Spec = { NamespaceSelector = new(), IncludeSystemNamespaces = includeSystemNamespaces },
        };
        var options = new ValidationOptions
        {
            Cluster = new ClusterFacts
            {
                Snapshot = new ClusterSnapshot
                {
                    Namespaces = [new() { Name = "openshift-dns" }],
                    Pods = [new() { Namespace = "openshift-dns", Name = "dns-1" }],
                },
            },
        };

        PolicyValidator
            .Validate(profile, options)
            .Where(finding => finding.Code == FindingCodes.IsolatesSystemPods)
            .Select(finding => finding.Message)
            .ShouldBe(includeSystemNamespaces ? ["isolates pods of openshift-dns, on which the cluster may depend: dns-1"] : []);
    }

    [Fact]
    public void Validate_NoTimeToLook_SaysOnlyWhatNeedsNoLook()
    {
        var policy = Closing();
        policy.Spec.NamespaceSelector = new() { MatchLabels = Labels("tier", "wep") };
        var options = new ValidationOptions { Cluster = Facts(Dns("shop", "{}"), Dns("blog", "{}")) };
        string[] Found(bool isTimeSpent) =>
            [.. PolicyValidator.Validate(policy, options with { IsTimeSpent = () => isTimeSpent }).Select(finding => finding.Code)];

        Found(isTimeSpent: false).ShouldBe([FindingCodes.NoNamespaceMatches, FindingCodes.DnsNotAllowed]);
        Found(isTimeSpent: true).ShouldBe([FindingCodes.DnsNotAllowed]);
    }

    [Theory]
    [InlineData("dns", "UDP", "5353", false)]
    [InlineData("dns", "UDP", "5000", false)]
    [InlineData("dns", "UDP", "53", true)]
    [InlineData("dns", "TCP", "5353", true)]
    [InlineData("dns", "UDP", "dns", false)]
    [InlineData("5353", "UDP", "5353", false)]
    [InlineData("5353", "UDP", "53", true)]
    [InlineData("null", "UDP", "53", false)]
    [InlineData("null", "UDP", "5353", true)]
    public void Validate_PortThatTheDnsPodsDoNotListenOn_IsNoDnsAllowance(string targetPort, string protocol, string port, bool warns)
    {
        var range = port == "5000" ? ", endPort: 6000" : "";
        var policy = Policy($"to: [{{namespaceSelector: {{}}}}], ports: [{{protocol: {protocol}, port: {port}{range}}}]");

        var findings = PolicyValidator.Validate(policy, new() { Cluster = WithDns(targetPort) });

        var warning = findings.SingleOrDefault(finding => finding.Code == FindingCodes.DnsNotAllowed);
        (warning is not null).ShouldBe(warns);
        if (warning is not null)
        {
            var number = targetPort == "null" ? 53 : 5353;
            warning.Message.ShouldEndWith($"allow UDP and TCP port {number}, on which the DNS pods listen, to them");
        }
    }

    [Theory]
    [InlineData("kubernetes.io/metadata.name: openshift-dns", false)]
    [InlineData("kubernetes.io/metadata.name: kube-system", true)]
    public void Validate_EveryPortOfTheNamespaceOfTheDnsPods_IsADnsAllowance(string label, bool warns)
    {
        var policy = Policy($"to: [{{namespaceSelector: {{matchLabels: {{{label}}}}}}}]");

        Codes(policy, WithDns("dns")).Contains(FindingCodes.DnsNotAllowed).ShouldBe(warns);
    }

    [Theory]
    [InlineData("5353", "5353", true)]
    [InlineData("5353", "53", false)]
    [InlineData("null", "53", true)]
    public void Validate_TcpPortOfTheDnsPodsAlone_IsHalfOfDns(string targetPort, string port, bool warns) =>
        Codes(Policy($"to: [{{namespaceSelector: {{}}}}], ports: [{{port: {port}}}]"), WithDns(targetPort))
            .Contains(FindingCodes.DnsTcpOnly)
            .ShouldBe(warns);

    [Theory]
    [InlineData("53")]
    [InlineData("5353")]
    public void Validate_DnsServiceUnknown_TakesEitherPortForThatOfDns(string port) =>
        Codes(Policy($"to: [{{namespaceSelector: {{}}}}], ports: [{{protocol: UDP, port: {port}}}]"), Facts())
            .ShouldNotContain(FindingCodes.DnsNotAllowed);

    [Fact]
    public void Validate_AnotherPolicyAllowsTheServicePortOfDns_WarnsWhereThePodsListenOnAnother()
    {
        var closing = Closing();
        closing.Spec.NamespaceSelector = new() { MatchLabels = Labels("name", "shop") };
        string[] Found(string port) => [.. Codes(closing, WithDns("5353", Dns("shop", "{}").Replace("port: 53", $"port: {port}")))];

        Found("53").ShouldContain(FindingCodes.DnsNotAllowed);
        Found("5353").ShouldNotContain(FindingCodes.DnsNotAllowed);
    }

    [Theory]
    [InlineData("ingress", "{app: db}", "80", "5432")]
    [InlineData("egress", "{app: db}", "80", "5432")]
    [InlineData("egress", "{app: db}", "5432", null)]
    [InlineData("egress", "{app: db}", "9187", null)]
    [InlineData("egress", "{app: db}", "9090", null)]
    [InlineData("egress", "{app: db}", "sql", null)]
    [InlineData("egress", "{app: web}", "80", null)]
    [InlineData("egress", "{tier: any}", "80", null)]
    [InlineData("ingress", "{tier: any}", "80", null)]
    [InlineData("egress", "{app: sidecar}", "80", "8080")]
    [InlineData("egress", "{app: unknown}", "80", null)]
    public void Validate_PortOfAServiceThatForwardsToAnother_NamesThePodsPort(string direction, string labels, string port, string? meant)
    {
        var isEgress = direction == "egress";
        var policy = Policy(
            $"{(isEgress ? "to" : "from")}: [{{podSelector: {(isEgress ? $"{{matchLabels: {labels}}}" : "{}")}}}], ports: [{{port: {port}}}]",
            direction,
            isEgress ? "{}" : $"{{matchLabels: {labels}}}"
        );

        var found = PolicyValidator
            .Validate(policy, new() { Cluster = WithServices() })
            .Where(finding => finding.Code == FindingCodes.ServicePortMeant)
            .ToList();

        found.Select(finding => finding.Field).ShouldBe(meant is null ? [] : [$"spec.{direction}[0].ports[0].port"]);
        found.Select(finding => finding.Message.Split(' ')[^1]).ShouldBe(meant is null ? [] : [meant]);
    }

    private static ClusterFacts WithServices()
    {
        const string Text = """
            kind: Namespace
            metadata: {name: shop, labels: {name: shop}}
            ---
            kind: Pod
            metadata: {name: db, namespace: shop, labels: {app: db, tier: any}}
            spec: {containers: [{name: db, ports: [{name: sql, containerPort: 5432}, {containerPort: 9187}]}]}
            ---
            kind: Pod
            metadata: {name: web, namespace: shop, labels: {app: web, tier: any}}
            spec: {containers: [{name: web}]}
            ---
            kind: Pod
            metadata: {name: sidecar, namespace: shop, labels: {app: sidecar}}
            spec: {containers: [{name: app}]}
            ---
            kind: Service
            metadata: {name: db, namespace: shop}
            spec: {selector: {app: db}, ports: [{port: 80, targetPort: sql}, {port: 9090, targetPort: 9187}, {port: 9091, targetPort: 9090}]}
            ---
            kind: Service
            metadata: {name: sidecar, namespace: shop}
            spec: {selector: {app: sidecar}, ports: [{port: 80, targetPort: 8080}]}
            """;
        return new() { Snapshot = Yaml.Snapshot(Text), AllServices = [.. Yaml.ReadAll(Text).OfType<V1Service>()] };
    }

    private static ClusterFacts WithDns(string targetPort, params string[] policies)
    {
        var text = $$$"""
            kind: Namespace
            metadata: {name: openshift-dns, labels: {kubernetes.io/metadata.name: openshift-dns}}
            ---
            kind: Namespace
            metadata: {name: kube-system, labels: {kubernetes.io/metadata.name: kube-system}}
            ---
            kind: Namespace
            metadata: {name: shop, labels: {name: shop}}
            ---
            kind: Pod
            metadata: {name: dns, namespace: openshift-dns, labels: {dns: default}}
            spec: {containers: [{name: dns, ports: [{name: dns, containerPort: 5353, protocol: UDP}, {name: dns, containerPort: 5353}]}]}
            ---
            kind: Service
            metadata: {name: dns-default, namespace: openshift-dns}
            spec:
              clusterIP: 172.30.0.10
              selector: {dns: default}
              ports: [{name: dns, port: 53, protocol: UDP, targetPort: {{{targetPort}}} }, {name: dns-tcp, port: 53, targetPort: {{{targetPort}}} }]

            """;
        var snapshot = Yaml.Snapshot(text + string.Concat(policies));
        return new()
        {
            Snapshot = snapshot with
            {
                Entities = ClusterEntities.Discover(Yaml.ReadAll(text).OfType<V1Service>(), [], snapshot.Namespaces),
            },
        };
    }

    private static V1NetworkPolicy Policy(string rule, string direction = "egress", string podSelector = "{}") =>
        Yaml.Read<V1NetworkPolicy>(
            $"""
            kind: NetworkPolicy
            metadata: {"{"}name: p, namespace: shop{"}"}
            spec:
              podSelector: {podSelector}
              policyTypes: [{(direction == "egress" ? "Egress" : "Ingress")}]
              {direction}: [{"{"}{rule}{"}"}]
            """
        );

    private static List<string> Codes(V1NetworkPolicy policy, ClusterFacts facts) =>
        [.. PolicyValidator.Validate(policy, new() { Cluster = facts }).Select(finding => finding.Code)];

    private static List<string> Codes(ClusterNetworkPolicy policy, ClusterFacts facts) =>
        [.. PolicyValidator.Validate(policy, new() { Cluster = facts }).Select(finding => finding.Code)];

    private static ClusterNetworkPolicy Closing() =>
        new()
        {
            Metadata = new() { Name = "web" },
            Spec =
            {
                NamespaceSelector = new() { MatchLabels = Labels("tier", "web") },
                PolicyTypes = ["Egress"],
            },
        };

    private static string Dns(string inNamespace, string podSelector, string name = "dns") =>
        $$"""
            ---
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: {{name}}, namespace: {{inNamespace}}}
            spec:
              podSelector: {{podSelector}}
              policyTypes: [Egress]
              egress: [{ports: [{protocol: UDP, port: 53}]}]

            """;

    private static ClusterFacts Facts(params string[] policies) => new() { Snapshot = Yaml.Snapshot(Namespaces + string.Concat(policies)) };

    private static List<string> Codes(ClusterNetworkPolicy policy, params string[] policies) =>
        [.. PolicyValidator.Validate(policy, new() { Cluster = Facts(policies) }).Select(finding => finding.Code)];

    private static Dictionary<string, string> Labels(string key, string value) => new(StringComparer.Ordinal) { [key] = value };
}
