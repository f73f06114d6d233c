using Palisade.Kubernetes.Client;
using Palisade.Kubernetes.Leases;

namespace Palisade.Kubernetes.Tests.Leases;

/// <summary>An elector at work, and what was seen of it.</summary>
internal sealed class ElectorRun : IAsyncDisposable
{
    private readonly CancellationTokenSource end = new();
    private readonly RecordingLogger<LeaderElector> logger = new();
    private readonly TimeProvider clock;

    public ElectorRun(IKubernetesClient client, LeaderElectionOptions options, Func<CancellationToken, Task>? lead, TimeProvider clock)
    {
        this.clock = clock;
        Elector = new LeaderElector(client, options, logger, clock);
        Running = Elector.RunAsync(lead ?? LeadAsync, end.Token);
    }

    public LeaderElector Elector { get; }

    public Task Running { get; }

    public bool Waits => logger.Messages.Any(message => message.StartsWith("Waiting for the Lease", StringComparison.Ordinal));

    public int Stopped { get; private set; }

    public long? StoppedAt { get; private set; }

    public async Task StopAsync()
    {
        await end.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => Running);
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await Running.ContinueWith(_ => { }, TaskScheduler.Default);
        end.Dispose();
    }

    private async Task LeadAsync(CancellationToken token)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
        }
        finally
        {
            StoppedAt ??= clock.GetTimestamp();
            Stopped++;
        }
    }
}
