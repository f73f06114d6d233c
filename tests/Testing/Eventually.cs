using System.Runtime.CompilerServices;

namespace Palisade.Testing;

/// <summary>Waits for what is to become true, by looking again and again until a deadline that only a broken program reaches.</summary>
public static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until a condition holds.</summary>
    public static Task TrueAsync(
        Func<bool> condition,
        CancellationToken cancellationToken,
        [CallerArgumentExpression(nameof(condition))] string description = ""
    ) => TrueAsync(() => Task.FromResult(condition()), cancellationToken, description);

    /// <summary>Waits until a condition holds.</summary>
    public static async Task TrueAsync(
        Func<Task<bool>> condition,
        CancellationToken cancellationToken,
        [CallerArgumentExpression(nameof(condition))] string description = ""
    )
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Deadline);
        while (!await condition())
        {
            try
            {
                await Task.Delay(Period, deadline.Token);
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"did not become true in {Deadline.TotalSeconds} s: {description}", e);
            }
        }
    }
}
