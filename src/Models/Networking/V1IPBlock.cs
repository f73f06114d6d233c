namespace Palisade.Models;

/// <summary>A block of addresses in CIDR notation, less the excepted blocks.</summary>
public sealed class V1IPBlock
{
    /// <summary>The block, such as 192.168.0.0/16 or 2001:db8::/64.</summary>
    [Length(maxLength: 128)]
    public string Cidr { get; set; } = "";

    /// <summary>Blocks inside cidr that are left out. An exception is no denial: another rule may allow the same addresses.</summary>
    [Items(maxItems: 1000, MaxLength = 128)]
    public IList<string>? Except { get; set; }
}
