using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Kubernetes.Client;
using Palisade.Operator.Hosting;
using Palisade.Testing;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>The operator, put together as the program does it, within the test's process.</summary>
internal sealed class RunningOperator : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningOperator(WebApplication app) => _app = app;

    /// <summary>Whether this one writes.</summary>
    public bool Leads => _app.Services.GetRequiredService<OperatorService>().Leads;

    /// <summary>Address of /healthz, /readyz and /metrics.</summary>
    public Uri Address => new(_app.Urls.First().Replace("[::]", "[::1]", StringComparison.Ordinal));

    /// <summary>Starts an operator and waits until it leads.</summary>
    public static async Task<RunningOperator> LeadingAsync(ClientOptions clientOptions, CancellationToken cancellationToken)
    {
        var started = await StartAsync(clientOptions, leaderElect: false, cancellationToken);
        await Eventually.TrueAsync(() => started.Leads, cancellationToken);
        return started;
    }

    /// <summary>Starts an operator.</summary>
    public static async Task<RunningOperator> StartAsync(ClientOptions clientOptions, bool leaderElect, CancellationToken cancellationToken)
    {
        var options = new OperatorOptions
        {
            LeaderElect = leaderElect,
            MetricsPort = 0,
            // The period itself is tested by NodeChangesTests.
            NodePeriod = TimeSpan.FromMilliseconds(100),
            Identity = OperatorCluster.Unique("operator"),
        };
        var built = OperatorHost.Build(options, clientOptions);
        await built.StartAsync(cancellationToken);
        return new RunningOperator(built);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(TestContext.Current.CancellationToken);
        await _app.DisposeAsync();
    }
}
