using Palisade.Testing;

namespace Palisade.CrdGenerator.Tests;

/// <summary>The committed definitions, applied to the API server once for all tests of a class.</summary>
public sealed class AppliedDefinitions(ApiServerFixture server) : IAsyncLifetime
{
    public async ValueTask InitializeAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await server.InstallDefinitionsAsync(cancellationToken);
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
