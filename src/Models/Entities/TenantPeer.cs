namespace Palisade.Models;

/// <summary>Namespaces that have the same values of some labels as the target namespace.</summary>
public sealed class TenantPeer
{
    /// <summary>Keys of the labels whose values must be the same.</summary>
    [Required]
    [Items(maxItems: 8, MaxLength = 512)]
    public IList<string>? Labels { get; set; }
}
