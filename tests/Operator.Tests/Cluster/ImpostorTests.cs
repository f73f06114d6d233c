using Palisade.Testing;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>The program, when somebody answers in the API server's place.</summary>
public sealed class ImpostorTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Main_CertificateOfTheApiServer_DecidesWhoGetsTheToken(bool isForged)
    {
        await using var impostor = new ImpostorApiServer(isForged);
        await using var program = OperatorProgram.Start(impostor.KubeConfig, "default");

        (await impostor.GotTokenAsync(TestContext.Current.CancellationToken)).ShouldBe(!isForged);
    }
}
