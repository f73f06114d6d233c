using System.Security.Cryptography.X509Certificates;
using Palisade.Agent.Tests.Programs;
using Palisade.Testing;

[assembly: AssemblyFixture(typeof(NodeApiServer))]

namespace Palisade.Agent.Tests.Programs;

/// <summary>The API server of all tests, where nodes of a lab reach it, with the agent's own rights as they are installed.</summary>
public sealed class NodeApiServer() : ApiServerFixture("--advertise", TestNode.ApiServerAddress), IAsyncLifetime
{
    /// <summary>Name of the agent's service account as a user.</summary>
    public const string AgentUser = "system:serviceaccount:palisade-agent:palisade-agent";

    /// <summary>A client without a user, for what the project's own client does not know.</summary>
    public HttpClient CreateHttpClient()
    {
        var expected = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(Directory, "pki", "apiserver.crt")).GetCertHashString();
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == expected;
        return new HttpClient(handler) { BaseAddress = ClientOptions.Server, Timeout = Timeout.InfiniteTimeSpan };
    }

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        foreach (var file in (string[])["agent/namespace.yaml", "agent/rbac.yaml"])
        {
            await KubectlAsync(["apply", "-f", Path.Combine(Repository.Root, "config", file)], CancellationToken.None);
        }
        await InstallDefinitionsAsync(CancellationToken.None);
        // An API server that has just started writes down its own address some seconds later, and what audits allow depends on it.
        await Eventually.TrueAsync(
            async () =>
                (
                    await TryKubectlAsync(["get", "-n", "default", "service/kubernetes", "endpoints/kubernetes"], CancellationToken.None)
                ).ExitCode == 0,
            CancellationToken.None,
            "the API server has written down its address"
        );
    }
}
