using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Palisade.Kubernetes;

namespace Palisade.Hosting;

/// <summary>The endpoints that every host has: <c>/healthz</c>, <c>/readyz</c> and <c>/metrics</c>.</summary>
public static class HostEndpoints
{
    /// <summary>Adds the endpoints.</summary>
    /// <param name="routes">Where to.</param>
    /// <param name="metrics">What <c>/metrics</c> shows.</param>
    /// <param name="liveness">What must be well, or the kubelet restarts the program; leave out what a restart does not mend.</param>
    /// <param name="readiness">What must be well for the program to be of use.</param>
    public static void MapHostEndpoints(
        this IEndpointRouteBuilder routes,
        MetricsCollector metrics,
        IReadOnlyList<IHealthSource> liveness,
        IReadOnlyList<IHealthSource> readiness
    )
    {
        ArgumentNullException.ThrowIfNull(metrics);
        routes.MapGet("/healthz", (RequestDelegate)(context => WriteHealthAsync(context, liveness)));
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
