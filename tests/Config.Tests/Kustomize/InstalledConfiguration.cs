using Palisade.Testing;

namespace Palisade.Config.Tests.Kustomize;

/// <summary>The configuration, applied once for all tests of a class. No controller runs, so no pod starts.</summary>
public sealed class InstalledConfiguration(ApiServerFixture server) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await ApplyAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Applies the configuration as a user does.</summary>
    public async Task<string> ApplyAsync(CancellationToken cancellationToken)
    {
        var file = await WriteAsync(_ => true, cancellationToken);
        // The server is older than CEL rules, which kubectl would object to; it drops them.
        return await server.KubectlAsync(["apply", "--validate=false", "-f", file], cancellationToken);
    }

    /// <summary>Applies the configuration as Argo CD does, and says what it would still change; not the definitions, for their CEL rules.</summary>
    public async Task<string> SyncAsync(CancellationToken cancellationToken)
    {
        string[] asArgo = ["--server-side", "--field-manager=argocd-controller", "--force-conflicts"];
        var file = await WriteAsync(entity => entity.Kind != "CustomResourceDefinition", cancellationToken);
        await server.KubectlAsync(["apply", "-f", file, .. asArgo], cancellationToken);
        var result = await server.TryKubectlAsync(["diff", "-f", file, .. asArgo], cancellationToken);
        result.ExitCode.ShouldBeLessThan(2, result.Error);
        return result.Output;
    }

    private async Task<string> WriteAsync(Func<YamlObject, bool> wanted, CancellationToken cancellationToken)
    {
        // As for a server of that version.
        var objects = await Kustomization.BuildAsync("config/kubernetes-1.20", cancellationToken);
        // A List keeps the order, which is by kind here; namespaces come first, as kubectl kustomize has them.
        var ordered = objects
            .Where(wanted)
            .OrderByDescending(entity => entity.Kind == "Namespace")
            .Select(entity => entity.Json.ToJsonString());
        var file = Path.Combine(server.Directory, "install.json");
        await File.WriteAllTextAsync(
            file,
            $$"""{"apiVersion": "v1", "kind": "List", "items": [{{string.Join(',', ordered)}}]}""",
            cancellationToken
        );
        return file;
    }
}
