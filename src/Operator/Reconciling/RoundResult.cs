using Palisade.Operator.Planning;

namespace Palisade.Operator.Reconciling;

/// <summary>What came of a round.</summary>
/// <param name="Attempted">The writes that were tried.</param>
/// <param name="LeftOver">Namespaces for the next round.</param>
internal sealed record RoundResult(IReadOnlyList<StampDecision> Attempted, IReadOnlyList<string> LeftOver)
{
    /// <summary>Nothing was done, since the cache shows an older custom resource than the API server has.</summary>
    public static RoundResult CacheIsBehind { get; } = new([], []);
}
