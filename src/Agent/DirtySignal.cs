namespace Palisade.Agent;

/// <summary>
/// Says that what is in the kernel may be stale, not what is: however many changes come while nobody waits, there is one pass over the
/// newest state. Any thread may mark, one may wait.
/// </summary>
public sealed class DirtySignal(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _marked = NewSource();
    private long? _oldestMark;

    /// <summary>Something changed.</summary>
    public void Mark()
    {
        lock (_lock)
        {
            _oldestMark ??= clock.GetTimestamp();
            _marked.TrySetResult();
        }
    }

    /// <summary>Waits for a mark and clears it.</summary>
    /// <returns>Timestamp of the oldest mark that this wait clears; null when the time ran out without one.</returns>
    public async Task<long?> WaitAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        Task marked;
        lock (_lock)
        {
            marked = _marked.Task;
        }
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(marked, Task.Delay(timeout, clock, timer.Token));
        await timer.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return Take();
    }

    /// <summary>Clears the mark without waiting; null when there is none.</summary>
    public long? Take()
    {
        lock (_lock)
        {
            var oldest = _oldestMark;
            if (oldest is not null)
            {
                _oldestMark = null;
                _marked = NewSource();
            }
            return oldest;
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
