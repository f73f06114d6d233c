namespace Palisade.Operator.Ledgers;

/// <summary>Remembers that the API server does not keep all of a NetworkPolicy, so that it is not sent again and again.</summary>
/// <param name="Desired">What was sent.</param>
/// <param name="Answer">What the API server made of it.</param>
internal sealed record DroppedFields(V1NetworkPolicy Desired, V1NetworkPolicy Answer);
