using Palisade.Testing;

namespace Palisade.Cli.Tests;

/// <summary>The definitions of the custom resources, once in the API server of the tests.</summary>
public static class InstalledDefinitions
{
    private static readonly SemaphoreSlim Gate = new(1);
    private static bool _installed;

    public static async Task InstallAsync(ApiServerFixture server, CancellationToken cancellationToken)
    {
        await Gate.WaitAsync(cancellationToken);
        try
        {
            if (!_installed)
            {
                // The server is older than CEL rules, which kubectl would object to; it drops them.
                await server.KubectlAsync(["apply", "--validate=false", "-k", Path.Join(Repository.Root, "config/crd")], cancellationToken);
                await server.KubectlAsync(["wait", "--for=condition=Established", "crd", "--all", "--timeout=30s"], cancellationToken);
                _installed = true;
            }
        }
        finally
        {
            Gate.Release();
        }
    }
}
