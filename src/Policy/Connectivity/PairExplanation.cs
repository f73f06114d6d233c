namespace Palisade.Policy.Connectivity;

/// <summary>What decides which connections one end may open to another.</summary>
/// <param name="Reach">What may pass.</param>
/// <param name="Egress">What the source's policies say.</param>
/// <param name="Ingress">What the destination's policies say.</param>
public sealed record PairExplanation(Reach Reach, DirectionExplanation Egress, DirectionExplanation Ingress);
