namespace Palisade.Operator.Writing;

/// <summary>What came of applying a NetworkPolicy.</summary>
/// <param name="Sent">What was sent in the end: less than was asked for where the API server does not keep every field.</param>
/// <param name="Answer">The NetworkPolicy as the API server has it now; null when nothing was written, since it would have meant something else.</param>
/// <param name="Dropped">Paths of the fields that the API server does not keep.</param>
internal sealed record AppliedPolicy(V1NetworkPolicy Sent, V1NetworkPolicy? Answer, IReadOnlyList<string> Dropped);
