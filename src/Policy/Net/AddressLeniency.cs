namespace Palisade.Policy.Net;

/// <summary>What of the API server's leniency a parser shares.</summary>
internal enum AddressLeniency
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Leading zeros, read as decimal numbers, as the API server does (<c>ParseCIDRSloppy</c>).</summary>
    LeadingZeros,
}
