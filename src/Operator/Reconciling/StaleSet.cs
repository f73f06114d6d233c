namespace Palisade.Operator.Reconciling;

/// <summary>What of one custom resource has to be looked at again.</summary>
/// <param name="All">Whether every namespace has to.</param>
/// <param name="Namespaces">Single namespaces, and why; also when all have to.</param>
internal sealed record StaleSet(bool All, IReadOnlyDictionary<string, Staleness> Namespaces)
{
    /// <summary>Nothing.</summary>
    public static StaleSet Nothing { get; } = new(All: false, new Dictionary<string, Staleness>(StringComparer.Ordinal));
}
