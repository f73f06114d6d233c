using System.Collections.Concurrent;
using Palisade.Kubernetes.Client;
using Palisade.Testing;
using Palisade.Webhook.Hosting;

namespace Palisade.Webhook.Tests.Hosting;

public sealed class ServerVersionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Current_ApiServerIsUpgraded_Follows()
    {
        var clock = new ManualTimeProvider();
        var answers = new ConcurrentQueue<string>(["v1.35.1", "v1.36.0+k3s1"]);
        await using var server = new FaultServer(exchange =>
            answers.TryDequeue(out var version)
                ? exchange.RespondAsync(200, $$"""{"gitVersion":"{{version}}"}""")
                : exchange.RefuseAsync(403, "Forbidden")
        );
        using var client = new KubernetesClient(server.Options);
        var logger = new RecordingLogger<ServerVersion>();
        using var known = new ServerVersion(client, logger, clock);

        await known.StartAsync(Cancellation);
        await Eventually.TrueAsync(() => known.Current == new KubernetesVersion(1, 35), Cancellation);
        await Eventually.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromMinutes(1));
                return known.Current == new KubernetesVersion(1, 36);
            },
            Cancellation
        );
        // What is known stays while nobody answers, and that is said once.
        await Eventually.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromMinutes(1));
                return server.Exchanges.Count > 4;
            },
            Cancellation
        );

        await known.StopAsync(Cancellation);
        known.Current.ShouldBe(new KubernetesVersion(1, 36));
        logger.Messages.ShouldHaveSingleItem().ShouldContain("Cannot ask the API server for its version");
    }

    [Fact]
    public async Task Current_NoAnswerYet_IsUnknown()
    {
        await using var server = new FaultServer(exchange => exchange.StaySilentAsync());
        using var client = new KubernetesClient(server.Options);
        using var known = new ServerVersion(client, new RecordingLogger<ServerVersion>(), TimeProvider.System);

        await known.StartAsync(Cancellation);

        known.Current.ShouldBeNull();
        await known.StopAsync(Cancellation);
    }
}
