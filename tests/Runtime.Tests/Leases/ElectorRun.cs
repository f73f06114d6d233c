using Palisade.Kubernetes.Client;
using Palisade.Runtime.Leases;

namespace Palisade.Runtime.Tests.Leases;

/// <summary>An elector at work, and what was seen of it.</summary>
internal sealed class ElectorRun : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly RecordingLogger<LeaderElector> _logger = new();

    public ElectorRun(IKubernetesClient client, LeaderElectionOptions options, Func<CancellationToken, Task>? lead, TimeProvider clock)
    {
        Elector = new LeaderElector(client, options, _logger, clock);
        Running = Elector.RunAsync(lead ?? LeadAsync, _end.Token);
    }

    public LeaderElector Elector { get; }

    public Task Running { get; }

    public bool Waits => _logger.Messages.Any(message => message.StartsWith("Waiting for the Lease", StringComparison.Ordinal));

    public int Stopped { get; private set; }

    public async Task StopAsync()
    {
        await _end.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => Running);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Running.ContinueWith(_ => { }, TaskScheduler.Default);
        _end.Dispose();
    }

    private async Task LeadAsync(CancellationToken token)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
        }
        finally
        {
            Stopped++;
        }
    }
}
