namespace Palisade.Lab.Probes;

/// <summary>How probes are made.</summary>
public sealed record ProbeOptions
{
    /// <summary>
    /// After how long without an answer a probe has timed out: long enough for a busy machine. A refusal comes at once and is never waited for.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many probes are under way at the same time.</summary>
    public int Concurrency { get; init; } = 64;

    /// <summary>Clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
