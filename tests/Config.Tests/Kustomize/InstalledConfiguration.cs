using Palisade.Testing;

namespace Palisade.Config.Tests.Kustomize;

/// <summary>The configuration, applied once for all tests of a class. No controller runs, so no pod starts.</summary>
public sealed class InstalledConfiguration(ApiServerFixture server) : IAsyncLifetime
{
    /// <summary>From here on API servers serve policy/v1.</summary>
    private static readonly KubernetesVersion PolicyV1 = new(1, 21);

    public async ValueTask InitializeAsync() => await ApplyAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Applies the configuration as a user does.</summary>
    public async Task<string> ApplyAsync(CancellationToken cancellationToken)
    {
        var file = await WriteAsync(_ => true, cancellationToken);
        // The server may be older than CEL rules, which kubectl would object to; it drops them.
        return await server.KubectlAsync(["apply", "--validate=false", "-f", file], cancellationToken);
    }

    /// <summary>
    /// A line for each object with its resourceVersion, which any change makes another. Not for the definitions: a server older than CEL rules drops
    /// these, so that the definitions differ.
    /// </summary>
    public async Task<string> VersionsAsync(CancellationToken cancellationToken)
    {
        const string Lines = """{range .items[*]}{.kind} {.metadata.name} {.metadata.resourceVersion}{"\n"}{end}""";
        var file = await WriteAsync(entity => entity.Kind != "CustomResourceDefinition", cancellationToken);
        return await server.KubectlAsync(["get", "-f", file, "-o", $"jsonpath={Lines}"], cancellationToken);
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

    /// <summary>What the API server says of a directory's objects, without taking them; not of kinds that others bring.</summary>
    public async Task<CommandResult> TryAsync(string directory, CancellationToken cancellationToken)
    {
        var objects = await Kustomization.BuildAsync(directory, cancellationToken);
        var version = await server.Client.GetVersionAsync(cancellationToken);
        foreach (var budget in objects.Where(entity => entity.Kind == "PodDisruptionBudget"))
        {
            // As config/kubernetes-1.20 has it for that version, and all other directories for the rest.
            budget.Json["apiVersion"] = version.IsAtLeast(PolicyV1) ? "policy/v1" : "policy/v1beta1";
        }

        var file = await WriteAsync(objects.Where(entity => !IsForeign(entity)), cancellationToken);
        return await server.TryKubectlAsync(["apply", "--dry-run=server", "--validate=false", "-f", file], cancellationToken);
    }

    private static bool IsForeign(YamlObject entity) =>
        entity.Json["apiVersion"]!.GetValue<string>().Split('/')[0] is "cert-manager.io" or "monitoring.coreos.com";

    private async Task<string> WriteAsync(Func<YamlObject, bool> wanted, CancellationToken cancellationToken)
    {
        var version = await server.Client.GetVersionAsync(cancellationToken);
        var directory = version.IsAtLeast(PolicyV1) ? "config/default" : "config/kubernetes-1.20";
        var objects = await Kustomization.BuildAsync(directory, cancellationToken);
        return await WriteAsync(objects.Where(wanted), cancellationToken);
    }

    private async Task<string> WriteAsync(IEnumerable<YamlObject> objects, CancellationToken cancellationToken)
    {
        // A List keeps the order, which is by kind here; namespaces come first, as kubectl kustomize has them.
        var ordered = objects.OrderByDescending(entity => entity.Kind == "Namespace").Select(entity => entity.Json.ToJsonString());
        var file = Path.Combine(server.Directory, "install.json");
        await File.WriteAllTextAsync(
            file,
            $$"""{"apiVersion": "v1", "kind": "List", "items": [{{string.Join(',', ordered)}}]}""",
            cancellationToken
        );
        return file;
    }
}
