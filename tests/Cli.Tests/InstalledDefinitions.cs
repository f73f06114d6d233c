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
                await server.InstallDefinitionsAsync(cancellationToken);
                _installed = true;
            }
        }
        finally
        {
            Gate.Release();
        }
    }
}
