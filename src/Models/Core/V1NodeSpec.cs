namespace Palisade.Models;

/// <summary>What was asked for of a node.</summary>
public sealed class V1NodeSpec
{
    /// <summary>First pod range of the node.</summary>
    public string? PodCIDR { get; set; }

    /// <summary>Pod ranges of the node, at most one a family.</summary>
    public IList<string>? PodCIDRs { get; set; }
}
