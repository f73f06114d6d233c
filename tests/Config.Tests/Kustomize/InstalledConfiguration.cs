using Palisade.Testing;

namespace Palisade.Config.Tests.Kustomize;

/// <summary>The configuration, applied once for all tests of a class. No controller runs, so no pod starts.</summary>
public sealed class InstalledConfiguration(ApiServerFixture server) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await ApplyAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Applies the configuration as a user does; for the server's version.</summary>
    public async Task<string> ApplyAsync(CancellationToken cancellationToken)
    {
        var objects = await Kustomization.BuildAsync("config/kubernetes-1.20", cancellationToken);
        var file = Path.Combine(server.Directory, "install.json");
        // A List keeps the order, which is by kind here; namespaces come first, as kubectl kustomize has them.
        var ordered = objects.OrderByDescending(entity => entity.Kind == "Namespace").Select(entity => entity.Json.ToJsonString());
        await File.WriteAllTextAsync(
            file,
            $$"""{"apiVersion": "v1", "kind": "List", "items": [{{string.Join(',', ordered)}}]}""",
            cancellationToken
        );
        // The server is older than CEL rules, which kubectl would object to; it drops them.
        return await server.KubectlAsync(["apply", "--validate=false", "-f", file], cancellationToken);
    }
}
