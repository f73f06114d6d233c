using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Palisade.Hosting;

/// <summary>Runs a host and tells a crash from an end that was asked for: the host itself ends in the same way after both.</summary>
public static class HostRun
{
    /// <summary>Runs until SIGTERM, Ctrl+C or cancellation, or until one of its background services fails, which the host logs.</summary>
    /// <returns>Whether it ended because it was told to.</returns>
    /// <exception cref="IOException">An address to listen on cannot be had.</exception>
    public static async Task<bool> RunUntilStoppedAsync(this IHost host, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(host);
        // Asked for before the run, at whose end the host disposes of them.
        BackgroundService[] services = [.. host.Services.GetServices<IHostedService>().OfType<BackgroundService>()];
        await host.RunAsync(cancellationToken);
        return !Array.Exists(services, service => service.ExecuteTask is { IsFaulted: true });
    }
}
