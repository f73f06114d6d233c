using System.Diagnostics;
using Palisade.Testing;

namespace Palisade.Agent.Tests.Programs;

/// <summary>The program, when somebody answers in the API server's place.</summary>
[Collection(nameof(NodeApiServer))]
public sealed class ImpostorTests(NodeApiServer api)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_CertificateOfTheApiServer_DecidesWhoGetsTheToken(bool isForged)
    {
        await using var node = await TestNode.CreateAsync(api);
        await using var impostor = new ImpostorApiServer(isForged, TestNode.ApiServerAddress);
        var start = new ProcessStartInfo(AgentProcess.Path, ["--node-name", node.Name, "--kubeconfig", impostor.KubeConfig])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        await using var agent = new AgentProcess(node.Host.Network.Start(start));

        (await impostor.GotTokenAsync(Token)).ShouldBe(!isForged);

        await agent.WroteAsync(isForged ? "TLS: " : "made by a test", Token);
        agent.HasExited.ShouldBeFalse();
    }
}
