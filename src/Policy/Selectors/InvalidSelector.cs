namespace Palisade.Policy.Selectors;

/// <summary>What to do with a selector that cannot be understood, such as one with an unknown operator.</summary>
public enum InvalidSelector
{
    /// <summary>It matches nothing. Right for peers, where a match lets something through.</summary>
    MatchesNothing,

    /// <summary>
    /// It matches everything. Right for the pods that a policy isolates: which ones were meant is not known, so none may stay open.
    /// </summary>
    MatchesEverything,

    /// <summary>
    /// It is an <see cref="InvalidSelectorException"/>. Right for the pods or namespaces that a policy isolates, where no match
    /// would leave them open.
    /// </summary>
    Throws,
}
