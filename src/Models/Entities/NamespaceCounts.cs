namespace Palisade.Models;

/// <summary>Counts of namespaces.</summary>
public sealed class NamespaceCounts
{
    /// <summary>Namespaces that the selector matches.</summary>
    public int Matched { get; set; }

    /// <summary>Matching namespaces whose stamped NetworkPolicy is as it should be.</summary>
    public int UpToDate { get; set; }

    /// <summary>Matching namespaces that could not be brought up to date.</summary>
    public int Failed { get; set; }
}
