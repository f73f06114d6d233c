namespace Palisade.Models;

/// <summary>An address behind a Service.</summary>
public sealed class V1EndpointAddress
{
    /// <summary>IPv4 or IPv6 address.</summary>
    public string Ip { get; set; } = "";
}
