using System.Net;
using Palisade.Hosting;
using Palisade.Kubernetes;

namespace Palisade.Agent.Health;

/// <summary>Serves <c>/healthz</c>, <c>/readyz</c> and <c>/metrics</c>.</summary>
public static class HealthServer
{
    /// <summary>Begins to serve; ends when disposed.</summary>
    /// <exception cref="IOException">The address and port cannot be had; the message names them.</exception>
    public static async Task<IAsyncDisposable> StartAsync(
        IPAddress address,
        int port,
        MetricsCollector metrics,
        IReadOnlyList<IHealthSource> readiness,
        ILoggerFactory loggers,
        CancellationToken cancellationToken
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton(loggers);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Any IPv6 address means any address at all, also where the kernel has no IPv6.
            if (address.Equals(IPAddress.IPv6Any))
            {
                kestrel.ListenAnyIP(port);
            }
            else
            {
                kestrel.Listen(address, port);
            }
        });
        var server = builder.Build();
        // A restart mends nothing that can go wrong while the program runs: nothing but answering is asked of its liveness.
        server.MapHostEndpoints(metrics, liveness: [], readiness);
        await server.StartAsync(cancellationToken);
        return server;
    }
}
