namespace Palisade.Operator.Hosting;

/// <summary>
/// Gives memory back after busy times. Reading a large cluster, or stamping into it, leaves several times as much memory
/// committed as the caches need, and an idle program never collects it.
/// </summary>
internal sealed class MemoryTrim(TimeProvider clock) : BackgroundService
{
    private const long Slack = 8 << 20;

    /// <summary>
    /// Bytes allocated in one period by which the program is taken for busy: a roll-out allocates several times, and a program that only renews
    /// its lease a small part of that. Not collections, which are the fewer the larger the youngest generation may be.
    /// </summary>
    private const long Busy = 32 << 20;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        for (var (before, now) = (0L, 0L); await timer.WaitForNextTickAsync(stoppingToken); before = now)
        {
            now = GC.GetTotalAllocatedBytes();
            if (now - before >= Busy)
            {
                continue; // To compact the heap stops the program for a while; what is free is soon used again.
            }

            var memory = GC.GetGCMemoryInfo(GCKind.Any);
            if (memory.TotalCommittedBytes > memory.HeapSizeBytes + (memory.HeapSizeBytes / 2) + Slack)
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            }
        }
    }
}
