using Palisade.Testing;

namespace Palisade.Cli.Tests.Live;

/// <summary>The plugin, when somebody answers in the API server's place: the token is an administrator's.</summary>
public sealed class ImpostorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, "TLS: ")]
    [InlineData(false, "made by a test")]
    public async Task LiveCommand_CertificateOfTheApiServer_DecidesWhoGetsTheToken(bool isForged, string message)
    {
        await using var impostor = new ImpostorApiServer(isForged);
        var program = Path.Join(AppContext.BaseDirectory, "kubectl-palisade");

        var run = await CommandResult.OfAsync(program, ["status", "--kubeconfig", impostor.KubeConfig], Token);

        (await impostor.GotTokenAsync(Token, tries: 1)).ShouldBe(!isForged);
        run.ExitCode.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain(message);
    }
}
