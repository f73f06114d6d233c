namespace Palisade.Policy.Evaluation;

/// <summary>Whether a connection passes, and why.</summary>
/// <param name="Allowed">Whether it passes.</param>
/// <param name="Reason">What decided.</param>
/// <param name="Egress">What the source's policies say.</param>
/// <param name="Ingress">What the destination's policies say.</param>
public sealed record Verdict(bool Allowed, VerdictReason Reason, DirectionVerdict Egress, DirectionVerdict Ingress);
