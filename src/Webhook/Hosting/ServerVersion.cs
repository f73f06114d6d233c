using Palisade.Kubernetes.Client;

namespace Palisade.Webhook.Hosting;

/// <summary>
/// Knows the API server's version, and asks again from time to time: it is upgraded while the webhook runs. Serving does not wait for it: while the
/// version is not known the webhook only warns of what some version refuses, and the API server, asked next, has the last word.
/// </summary>
internal sealed partial class ServerVersion(IKubernetesClient client, ILogger<ServerVersion> logger, TimeProvider timeProvider)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(10);

    private volatile KubernetesVersion? _current;
    private bool _reported;

    /// <summary>The version; null while it is not known.</summary>
    public KubernetesVersion? Current => _current;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(await AskAsync(stoppingToken) ? Period : RetryDelay, timeProvider, stoppingToken);
        }
    }

    private async Task<bool> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            _current = await client.GetVersionAsync(cancellationToken);
            _reported = false;
            return true;
        }
        catch (KubernetesException failure)
        {
            if (!_reported)
            {
                LogUnknown(failure.Message);
                _reported = true;
            }

            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cannot ask the API server for its version: {Failure}; trying again")]
    private partial void LogUnknown(string failure);
}
