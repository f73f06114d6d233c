namespace Palisade.Models;

/// <summary>Selects objects by their labels; all parts must hold. An empty selector selects everything, an absent one nothing.</summary>
public sealed class V1LabelSelector
{
    /// <summary>Labels an object must have with exactly these values.</summary>
    [Items(maxItems: 64, MaxLength = 256)]
    public IDictionary<string, string>? MatchLabels { get; set; }

    /// <summary>Requirements an object's labels must meet, all of them.</summary>
    [Items(maxItems: 10)]
    public IList<V1LabelSelectorRequirement>? MatchExpressions { get; set; }
}
