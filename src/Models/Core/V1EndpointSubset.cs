namespace Palisade.Models;

/// <summary>Addresses behind a Service that share ports.</summary>
public sealed class V1EndpointSubset
{
    /// <summary>Addresses that are ready.</summary>
    public IList<V1EndpointAddress>? Addresses { get; set; }

    /// <summary>Addresses that are not ready.</summary>
    public IList<V1EndpointAddress>? NotReadyAddresses { get; set; }

    /// <summary>Ports on these addresses.</summary>
    public IList<V1EndpointPort>? Ports { get; set; }
}
