using Palisade.Testing;

namespace Palisade.CrdGenerator.Tests;

/// <summary>The committed definitions, applied to the API server once for all tests of a class.</summary>
public sealed class AppliedDefinitions(ApiServerFixture server) : IAsyncLifetime
{
    public async ValueTask InitializeAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        // The server is older than CEL rules, which kubectl would object to; it drops them.
        await server.KubectlAsync(["apply", "--validate=false", "-k", Path.Combine(Repository.Root, "config/crd")], cancellationToken);
        await server.KubectlAsync(["wait", "--for=condition=Established", "crd", "--all", "--timeout=180s"], cancellationToken);
        // Its published schema follows a little later.
        foreach (var definition in Definitions.All)
        {
            await Eventually.TrueAsync(
                async () =>
                    (await server.TryKubectlAsync(["explain", definition.Name.Split('.')[0] + ".spec"], cancellationToken)).ExitCode == 0,
                cancellationToken
            );
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
