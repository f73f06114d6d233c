namespace Palisade.Models;

/// <summary>An address of a pod.</summary>
public sealed class V1PodIP
{
    /// <summary>IPv4 or IPv6 address.</summary>
    public string? Ip { get; set; }
}
