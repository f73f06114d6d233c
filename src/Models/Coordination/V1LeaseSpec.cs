using System.Text.Json.Serialization;

namespace Palisade.Models;

/// <summary>Holder and times of a Lease.</summary>
public sealed class V1LeaseSpec
{
    /// <summary>Who holds the Lease; empty when it was given up.</summary>
    public string? HolderIdentity { get; set; }

    /// <summary>Seconds after renewTime at which others may take the Lease.</summary>
    public int? LeaseDurationSeconds { get; set; }

    /// <summary>When the holder took the Lease (microseconds on the wire).</summary>
    [JsonConverter(typeof(MicroTimeJsonConverter))]
    public DateTimeOffset? AcquireTime { get; set; }

    /// <summary>When the holder last renewed the Lease (microseconds on the wire).</summary>
    [JsonConverter(typeof(MicroTimeJsonConverter))]
    public DateTimeOffset? RenewTime { get; set; }

    /// <summary>How often the Lease changed hands.</summary>
    public int? LeaseTransitions { get; set; }
}
