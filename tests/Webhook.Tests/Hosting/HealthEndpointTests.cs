using System.Net;
using Palisade.Testing;
using Palisade.Webhook.Admission;

namespace Palisade.Webhook.Tests.Hosting;

public sealed class HealthEndpointTests(RunningWebhook webhook) : IClassFixture<RunningWebhook>
{
    [Fact]
    public async Task Healthz_Running_IsOk() => (await GetAsync("/healthz")).Code.ShouldBe(HttpStatusCode.OK);

    [Fact]
    public async Task Readyz_SelfCallWorked_IsOk() =>
        await Eventually.TrueAsync(
            async () => (await GetAsync("/readyz")).Code == HttpStatusCode.OK,
            TestContext.Current.CancellationToken
        );

    [Fact]
    public async Task Metrics_AfterRequests_CountThemByKindVerdictAndCode()
    {
        await webhook.ReviewAsync(Reviews.Create(Reviews.ClusterNetworkPolicy, """{"namespaceSelector":{}}"""));
        await webhook.ReviewAsync(Reviews.Create(Reviews.ClusterNetworkPolicy, "{}"));
        using var refused = await webhook.PostAsync([]);

        var (code, text) = await GetAsync("/metrics");

        code.ShouldBe(HttpStatusCode.OK);
        text.ShouldContain(
            """palisade_webhook_requests_total{code="200",kind="ClusterNetworkPolicy",operation="CREATE",verdict="allowed"} 1"""
        );
        text.ShouldContain(
            """palisade_webhook_requests_total{code="422",kind="ClusterNetworkPolicy",operation="CREATE",verdict="denied"} 1"""
        );
        text.ShouldContain("""palisade_webhook_requests_total{code="400",kind="",operation="",verdict="refused"} 1""");
        text.ShouldContain("""palisade_webhook_request_duration_seconds_bucket{kind="ClusterNetworkPolicy",le="0.005"}""");
        text.ShouldContain("palisade_webhook_certificate_expiry_timestamp_seconds 1");
    }

    [Fact]
    public async Task Metrics_All_AreDocumented()
    {
        (await GetAsync("/metrics")).Text.ShouldContain("palisade_webhook_"); // They are made.

        MetricReference.Exposed(AdmissionMetrics.MeterName).ShouldBe(MetricReference.Documented("Webhook"));
    }

    private async Task<(HttpStatusCode Code, string Text)> GetAsync(string path)
    {
        using var answer = await webhook.Health.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
