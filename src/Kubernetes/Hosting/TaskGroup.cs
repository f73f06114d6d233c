namespace Palisade.Kubernetes.Hosting;

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
        List<Task> running = [.. parts.Select(part => InvokeAsync(part, together.Token))];
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

    // A part that throws before it returns a task fails in the same way as one that fails later.
    private static async Task InvokeAsync(Func<CancellationToken, Task> part, CancellationToken cancellationToken) =>
        await part(cancellationToken);
}
