using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Palisade.Kubernetes;

namespace Palisade.Hosting;

/// <summary>The host that all servers have: logs, clock, metrics, health endpoints, and how a run ends.</summary>
public static class ServerHost
{
    /// <summary>Begins a host that listens on the port of health and metrics.</summary>
    /// <param name="options">What the program was told.</param>
    /// <param name="stopTimeout">How long a stop in good order may take.</param>
    public static WebApplicationBuilder CreateBuilder(ServerOptions options, TimeSpan stopTimeout)
    {
        ArgumentNullException.ThrowIfNull(options);
        var builder = WebApplication.CreateSlimBuilder();
        ConfigureLogs(builder.Logging, options);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = stopTimeout);
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton<MetricsCollector>();
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.ListenOn(options.BindAddress, options.MetricsPort, _ => { });
        });
        return builder;
    }

    /// <summary>Listens on a port of an address.</summary>
    public static void ListenOn(this KestrelServerOptions server, IPAddress address, int port, Action<ListenOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(address);
        // Any IPv6 address means any address at all, also where the kernel has no IPv6.
        if (address.Equals(IPAddress.IPv6Any))
        {
            server.ListenAnyIP(port, configure);
        }
        else
        {
            server.Listen(address, port, configure);
        }
    }

    /// <summary>
    /// Adds <c>/healthz</c>, <c>/readyz</c> and <c>/metrics</c>. Alive is whatever answers: nothing that can go wrong while a program runs is
    /// repaired by a restart.
    /// </summary>
    /// <param name="routes">Where to.</param>
    /// <param name="readiness">What must be well for the program to be of use.</param>
    public static void MapHostEndpoints(this IEndpointRouteBuilder routes, IReadOnlyList<IHealthSource> readiness)
    {
        ArgumentNullException.ThrowIfNull(routes);
        var metrics = routes.ServiceProvider.GetRequiredService<MetricsCollector>();
        routes.MapGet("/healthz", (RequestDelegate)(context => WriteHealthAsync(context, [])));
        routes.MapGet("/readyz", (RequestDelegate)(context => WriteHealthAsync(context, readiness)));
        routes.MapGet(
            "/metrics",
            (RequestDelegate)(
                context =>
                {
                    context.Response.ContentType = MetricsCollector.MediaType;
                    return context.Response.WriteAsync(metrics.Write(), context.RequestAborted);
                }
            )
        );
    }

    /// <summary>
    /// Runs until SIGTERM, SIGINT or cancellation, or until one of its background services fails, which the host logs. The host itself ends in the
    /// same way after both; its exit code tells them apart.
    /// </summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    /// <exception cref="IOException">An address to listen on cannot be had.</exception>
    public static async Task<int> RunUntilStoppedAsync(this IHost host, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(host);
        // Asked for before the run, at whose end the host disposes of them.
        BackgroundService[] services = [.. host.Services.GetServices<IHostedService>().OfType<BackgroundService>()];
        await host.RunAsync(cancellationToken);
        return Array.Exists(services, service => service.ExecuteTask is { IsFaulted: true }) ? ExitCodes.Failure : ExitCodes.Success;
    }

    private static void ConfigureLogs(ILoggingBuilder logging, ServerOptions options)
    {
        logging.ClearProviders().SetMinimumLevel(options.LogLevel);
        // The web server would log every probe of the kubelet's.
        logging.AddFilter("Microsoft", options.LogLevel < LogLevel.Warning ? LogLevel.Warning : options.LogLevel);
        if (options.LogFormat == LogFormat.Json)
        {
            logging.AddJsonConsole(console => console.UseUtcTimestamp = true);
        }
        else
        {
            logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            });
        }

        // Standard output is for what a program is asked for; logs are beside it.
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    // As the API server's own: 200 or 503, and a line for each part.
    private static Task WriteHealthAsync(HttpContext context, IReadOnlyList<IHealthSource> sources)
    {
        var reports = sources.Select(source => (source.Name, Report: source.Check())).ToList();
        var text = new StringBuilder();
        foreach (var (name, report) in reports)
        {
            text.Append(report.IsHealthy ? "[+]" : "[-]").Append(name).Append(' ').Append(report.Reason ?? "ok").Append('\n');
        }

        var healthy = reports.TrueForAll(part => part.Report.IsHealthy);
        text.Append(healthy ? "ok\n" : "not ok\n");
        context.Response.StatusCode = healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text.ToString(), context.RequestAborted);
    }
}
