namespace Palisade.Lab.Probes;

/// <summary>What came of a probe.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="AnsweredBy">Name that the server gave; null unless it answered.</param>
public readonly record struct ProbeResult(ProbeOutcome Outcome, string? AnsweredBy = null)
{
    /// <summary>Whether the server answered.</summary>
    public bool IsOpen => Outcome == ProbeOutcome.Open;
}
