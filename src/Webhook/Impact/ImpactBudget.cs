namespace Palisade.Webhook.Impact;

/// <summary>
/// The time that looking at the cluster may take of a request. What is counted is cut short when it is spent: nobody's write waits for a
/// warning.
/// </summary>
internal sealed class ImpactBudget(TimeProvider timeProvider, TimeSpan time)
{
    /// <summary>The usual time.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(10);

    /// <summary>How many objects are looked at between two looks at the clock. Each takes a microsecond, a few at most.</summary>
    private const int Stride = 16;

    private readonly long _start = timeProvider.GetTimestamp();
    private int _steps;
    private bool _isOver;

    /// <summary>Whether the time is spent. To be asked before each object that is looked at.</summary>
    public bool IsSpent() => _isOver || (_steps++ % Stride == 0 && (_isOver = timeProvider.GetElapsedTime(_start) >= time));
}
