using Palisade.Kubernetes;
using Palisade.Webhook.Certificates;

namespace Palisade.Webhook.Hosting;

/// <summary>Whether the API server may be pointed at this replica.</summary>
internal sealed class Readiness(ServingCertificate serving, ServingState state, TimeProvider timeProvider) : IHealthSource
{
    /// <inheritdoc/>
    public string Name => "serving";

    /// <inheritdoc/>
    public HealthReport Check() => Reason() is { } reason ? HealthReport.Unhealthy(reason) : HealthReport.Healthy;

    private string? Reason() =>
        this switch
        {
            _ when state.IsStopping => "shutting down",
            _ when serving.NotAfter is null => "no certificate yet",
            _ when serving.NotAfter <= timeProvider.GetUtcNow() => "the certificate has ended",
            _ when !state.IsRegistered => "not registered: no ValidatingWebhookConfiguration yet that trusts the certificate",
            _ when !state.SelfCallWorked => "a call to itself has not worked yet",
            _ => null,
        };
}

/// <summary>
/// On SIGTERM: not ready any more, but calls are served for a while yet, until no API server sends any. Without it, those sent before the
/// endpoints were updated would fail, and with them writes to our kinds.
/// </summary>
internal sealed class DrainOnShutdown(ServingState state, WebhookOptions options, TimeProvider timeProvider) : IHostedLifecycleService
{
    /// <inheritdoc/>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        state.IsStopping = true;
        await Task.Delay(options.ShutdownDelay, timeProvider, cancellationToken);
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
