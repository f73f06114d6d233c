namespace Palisade.Models;

/// <summary>Selects objects by their labels; all parts must hold. An empty selector selects everything, an absent one nothing.</summary>
public sealed class V1LabelSelector
{
    /// <summary>Labels an object must have with exactly these values.</summary>
    public IDictionary<string, string>? MatchLabels { get; set; }

    /// <summary>Requirements an object's labels must meet, all of them.</summary>
    public IList<V1LabelSelectorRequirement>? MatchExpressions { get; set; }
}
