namespace Palisade.Operator.Hosting;

/// <summary>
/// Gives memory back after busy times. Reading a large cluster, or stamping into it, leaves several times as much memory
/// committed as the caches need, and an idle program never collects it.
/// </summary>
internal sealed class MemoryTrim(TimeProvider clock) : BackgroundService
{
    private const long Slack = 8 << 20;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var memory = GC.GetGCMemoryInfo(GCKind.Any);
            if (memory.TotalCommittedBytes > memory.HeapSizeBytes + (memory.HeapSizeBytes / 2) + Slack)
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            }
        }
    }
}
