using System.Text.Json.Serialization;

namespace Palisade.Models;

/// <summary>How often an event came again.</summary>
public sealed class Eventsv1EventSeries
{
    /// <summary>How many times the event was seen, the first included.</summary>
    public int Count { get; set; }

    /// <summary>When the event was last seen (microseconds on the wire).</summary>
    [JsonConverter(typeof(MicroTimeJsonConverter))]
    public DateTimeOffset? LastObservedTime { get; set; }
}
