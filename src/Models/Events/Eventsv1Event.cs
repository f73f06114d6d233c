using System.Text.Json.Serialization;

namespace Palisade.Models;

/// <summary>An event of the <c>events.k8s.io</c> group: something that happened to an object, for people.</summary>
[KubernetesEntity(Group = "events.k8s.io", ApiVersion = "v1", Kind = "Event", PluralName = "events")]
public sealed class Eventsv1Event : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Version of the API the object is written in.</summary>
    public string ApiVersion { get; set; } = "events.k8s.io/v1";

    /// <summary>Kind of the object.</summary>
    public string Kind { get; set; } = "Event";

    /// <summary>Standard object metadata.</summary>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>When the event was first seen (microseconds on the wire).</summary>
    [JsonConverter(typeof(MicroTimeJsonConverter))]
    public DateTimeOffset? EventTime { get; set; }

    /// <summary>How often the event came again; null when it came once.</summary>
    public Eventsv1EventSeries? Series { get; set; }

    /// <summary>Name of the program that reports, such as <c>palisade.dev/operator</c>.</summary>
    public string? ReportingController { get; set; }

    /// <summary>Which instance of the program reports: its pod's name.</summary>
    public string? ReportingInstance { get; set; }

    /// <summary>What the program did or failed to do, a constant CamelCase word of at most 128 characters.</summary>
    public string? Action { get; set; }

    /// <summary>Why, a constant CamelCase word of at most 128 characters.</summary>
    public string? Reason { get; set; }

    /// <summary>Object that the event is about.</summary>
    public V1ObjectReference? Regarding { get; set; }

    /// <summary>Second object, when there is one.</summary>
    public V1ObjectReference? Related { get; set; }

    /// <summary>Sentence for people, at most 1024 bytes.</summary>
    public string? Note { get; set; }

    /// <summary><c>Normal</c> or <c>Warning</c>.</summary>
    public string? Type { get; set; }
}
