using Palisade.Models;
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

    private static ClusterNetworkPolicy Closing() =>
        new()
        {
            Metadata = { Name = "web" },
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
