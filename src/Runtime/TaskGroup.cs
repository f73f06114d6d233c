namespace Palisade.Runtime;

/// <summary>
/// Runs things that belong together and none of which is to end before the others. <see cref="Task.WhenAll(Task[])"/> would go on waiting
/// for the rest when one fails, and the program would go on without it, unnoticed.
/// </summary>
public static class TaskGroup
{
    /// <summary>Runs all until one ends, however it ends; the others are then cancelled and their end awaited.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="Exception">The first of them failed with it.</exception>
    public static async Task RunAsync(IEnumerable<Func<CancellationToken, Task>> parts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parts);
        using var together = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // Each begins on a thread of its own: one that is long in its first step, or blocks there, does not keep the others from beginning.
        List<Task> running = [.. parts.Select(part => Task.Run(() => part(together.Token), CancellationToken.None))];
        try
        {
            await await Task.WhenAny(running);
        }
        finally
        {
            await together.CancelAsync();
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }
}
