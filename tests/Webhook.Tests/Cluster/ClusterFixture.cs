using Palisade.Kubernetes.Client;
using Palisade.Testing;

namespace Palisade.Webhook.Tests.Cluster;

/// <summary>A real API server with the custom resources and the namespaces of config/.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private readonly ApiServerFixture _server = new();
    private KubernetesClient? _impatient;

    public ApiServerFixture Server => _server;

    /// <summary>A client that tries nothing twice: it shows each call of the webhook that fails.</summary>
    public IKubernetesClient Impatient => _impatient ??= new KubernetesClient(_server.ClientOptions with { MaxAttempts = 1 });

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        await _server.InstallDefinitionsAsync(CancellationToken.None);
        await _server.Client.CreateAsync(new V1Namespace { Metadata = new() { Name = "palisade-system" } });
        await _server.Client.CreateAsync(new V1Namespace { Metadata = new() { Name = "shop" } });
    }

    /// <summary>Runs kubectl apply on a manifest and waits until it ends.</summary>
    public async Task<CommandResult> ApplyAsync(string manifest, params string[] options)
    {
        var file = Path.Combine(_server.Directory, $"{Guid.NewGuid():N}.yaml");
        await File.WriteAllTextAsync(file, manifest, TestContext.Current.CancellationToken);
        try
        {
            var result = await _server.TryKubectlAsync(["apply", "-f", file, .. options], TestContext.Current.CancellationToken);
            return result with { Error = result.Error.Replace(file, "policy.yaml", StringComparison.Ordinal) };
        }
        finally
        {
            File.Delete(file);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _impatient?.Dispose();
        await _server.DisposeAsync();
    }
}
