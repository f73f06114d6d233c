using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;

namespace Palisade.Hosting.Tests;

public sealed class ServerHostTests(ApiServerFixture server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Endpoints_OneWellOneNot_SayWhichAndWhy()
    {
        var part = new Part { Report = HealthReport.Healthy };
        using var client = new KubernetesClient(server.ClientOptions);
        await using var app = await StartAsync(client.Health, part);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        (await http.GetAsync("/readyz", Token)).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await http.GetAsync("/healthz", Token)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await client.GetAsync<V1Namespace>("default", null, Token);
        (await http.GetStringAsync("/readyz", Token)).ShouldBe("[+]api-server ok\n[+]part ok\nok\n");
        part.Report = HealthReport.Unhealthy("rules are stale");

        var answer = await http.GetAsync("/readyz", Token);

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await answer.Content.ReadAsStringAsync(Token)).ShouldBe("[+]api-server ok\n[-]part rules are stale\nnot ok\n");
    }

    [Fact]
    public async Task Metrics_AfterARequest_HaveItsDurationByVerbResourceAndCode()
    {
        using var client = new KubernetesClient(server.ClientOptions);
        await using var app = await StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        await client.GetAsync<V1Namespace>("absent", null, Token);

        var answer = await http.GetAsync("/metrics", Token);

        answer.Content.Headers.ContentType!.ToString().ShouldBe(MetricsCollector.MediaType);
        (await answer.Content.ReadAsStringAsync(Token)).ShouldContain(
            "palisade_kubernetes_request_duration_seconds_count{code=\"404\",resource=\"namespaces\",verb=\"get\"} "
        );
    }

    private static async Task<WebApplication> StartAsync(params IHealthSource[] readiness)
    {
        var app = ServerHost
            .CreateBuilder(
                new()
                {
                    BindAddress = IPAddress.Loopback,
                    MetricsPort = 0,
                    LogLevel = LogLevel.None,
                },
                TimeSpan.FromSeconds(5)
            )
            .Build();
        app.MapHostEndpoints(readiness);
        await app.StartAsync(Token);
        return app;
    }

    private sealed class Part : IHealthSource
    {
        public required HealthReport Report { get; set; }

        public string Name => "part";

        public HealthReport Check() => Report;
    }
}
