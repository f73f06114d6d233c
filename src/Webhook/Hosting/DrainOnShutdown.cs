using Palisade.Webhook.Certificates;

namespace Palisade.Webhook.Hosting;

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
