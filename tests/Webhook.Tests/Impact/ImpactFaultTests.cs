using System.Net;
using Palisade.Kubernetes.Client;
using Palisade.Policy;
using Palisade.Policy.Validation;
using Palisade.Testing;
using Palisade.Webhook.Admission;
using Palisade.Webhook.Impact;

namespace Palisade.Webhook.Tests.Impact;

/// <summary>Whatever happens to the warnings of what a policy would do, admission goes on.</summary>
public sealed class ImpactFaultTests
{
    private const string Everywhere = """{"namespaceSelector":{}}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watch_FailsInAWayThatNobodyThoughtOf_LeavesWarningsOutAndNothingElse()
    {
        // An item that is null is no fault of the request, which would be tried again, but one of the program that reads it.
        await using var server = new FaultServer(exchange =>
            exchange.RespondAsync(200, """{"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[null]}""")
        );
        using var client = new KubernetesClient(server.Options);
        await using var webhook = new RunningWebhook { Cluster = client };
        await webhook.InitializeAsync();

        await Eventually.TrueAsync(
            async () =>
                (await MetricsAsync(webhook)).Contains(
                    """palisade_webhook_impact_failures_total{reason="watch"} 1""",
                    StringComparison.Ordinal
                ),
            Cancellation
        );

        var response = await webhook.ReviewAsync(Reviews.Create(Reviews.ClusterNetworkPolicy, Everywhere));
        response.Allowed.ShouldBeTrue();
        (response.Warnings ?? []).ShouldNotContain(warning => warning.Contains("isolates", StringComparison.Ordinal));
        await Eventually.TrueAsync(
            async () =>
            {
                using var answer = await webhook.Health.GetAsync(new Uri("/readyz", UriKind.Relative), Cancellation);
                return answer.StatusCode == HttpStatusCode.OK;
            },
            Cancellation
        );
    }

    [Fact]
    public void Create_ClusterCannotBeMadeUseOf_IsJudgedWithoutIt()
    {
        var cluster = new BrokenCluster();
        var policy = new ClusterNetworkPolicy
        {
            Metadata = new() { Name = "a" },
            Spec = { NamespaceSelector = new() },
        };

        var findings = Handlers(cluster).ClusterNetworkPolicy(null, policy, new() { Name = "a", User = "ada" });

        findings.ShouldNotContain(finding => finding.Severity == FindingSeverity.Error);
        cluster.Faults.ShouldNotBeEmpty();
    }

    [Fact]
    public void Create_ClusterIsTooLarge_SaysSoForKindsOfTheWholeCluster()
    {
        var handlers = Handlers(new LargeCluster());
        var context = new AdmissionContext { Name = "a", User = "ada" };

        var policy = handlers.ClusterNetworkPolicy(
            null,
            new()
            {
                Metadata = new() { Name = "a" },
                Spec = { NamespaceSelector = new() },
            },
            context
        );
        var profile = handlers.DefaultDenyProfile(
            null,
            new()
            {
                Metadata = new() { Name = "a" },
                Spec = { NamespaceSelector = new() },
            },
            context
        );

        policy.Select(finding => finding.ToString()).ShouldContain("impact not computed: cluster too large");
        profile.Select(finding => finding.ToString()).ShouldContain("impact not computed: cluster too large");
    }

    private static PolicyHandlers Handlers(IClusterView cluster) =>
        new(new(ProtectionMode.Off, []), new(), cluster, () => null, TimeProvider.System);

    private static async Task<string> MetricsAsync(RunningWebhook webhook) =>
        await webhook.Health.GetStringAsync(new Uri("/metrics", UriKind.Relative), Cancellation);

    private sealed class BrokenCluster : IClusterView
    {
        public List<Exception> Faults { get; } = [];

        public ClusterFacts? Facts() => new() { Snapshot = new ClusterSnapshot { Namespaces = [null!] } };

        public void ReportFault(Exception fault) => Faults.Add(fault);
    }

    private sealed class LargeCluster : IClusterView
    {
        public bool IsTooLarge => true;

        public ClusterFacts? Facts() => null;
    }
}
