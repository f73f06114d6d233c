using Palisade.Testing;
using Palisade.Webhook.Tests.Cluster;

namespace Palisade.Webhook.Tests.Hosting;

/// <summary>The program itself, with a fault in it.</summary>
public sealed class CrashTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    [Fact]
    public async Task Main_Crashes_ExitsWith1()
    {
        await using var process = WebhookProcess.Start(
            ProgramFault.Crash.Environment(),
            $"--kubeconfig={cluster.Server.KubeConfig}",
            "--impact-warnings=false"
        );

        (await process.EndAsync(TestContext.Current.CancellationToken)).ShouldBe(1);
    }
}
