using Palisade.Testing;

namespace Palisade.Webhook.Tests.Hosting;

/// <summary>The program, when somebody answers in the API server's place.</summary>
public sealed class ImpostorTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Main_CertificateOfTheApiServer_DecidesWhoGetsTheToken(bool isForged)
    {
        await using var impostor = new ImpostorApiServer(isForged);
        await using var process = WebhookProcess.Start($"--kubeconfig={impostor.KubeConfig}");

        (await impostor.GotTokenAsync(Cancellation)).ShouldBe(!isForged);

        (await process.TerminateAsync(Cancellation)).ShouldBe(0);
    }
}
