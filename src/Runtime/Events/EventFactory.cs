using System.Globalization;
using System.Text;
using k8s;

namespace Palisade.Runtime.Events;

/// <summary>Makes events within the API server's limits.</summary>
internal static class EventFactory
{
    private const int MaxNoteLength = 1024; // bytes
    private const int MaxNamePartLength = 220; // of 253, to leave room for the suffix

    private static int _made;

    public static Eventsv1Event Create(
        EventRecorderOptions options,
        IKubernetesObject<V1ObjectMeta> regarding,
        EventType type,
        string reason,
        string action,
        string note,
        IKubernetesObject<V1ObjectMeta>? related,
        DateTimeOffset now
    )
    {
        ArgumentNullException.ThrowIfNull(regarding);
        return new Eventsv1Event
        {
            Metadata = new()
            {
                Name = Name(regarding.Metadata.Name, now),
                NamespaceProperty = regarding.Metadata.NamespaceProperty ?? options.ClusterScopedNamespace,
            },
            EventTime = now.UtcDateTime,
            ReportingController = options.Controller,
            ReportingInstance = options.Instance,
            Type = type.ToString(),
            Reason = reason,
            Action = action,
            Note = Cut(note),
            Regarding = Reference(regarding),
            Related = related is null ? null : Reference(related),
        };
    }

    // As client-go: the object's name and the time, made unique by a number.
    private static string Name(string about, DateTimeOffset now)
    {
        var part = about.Length <= MaxNamePartLength ? about : about[..MaxNamePartLength].TrimEnd('-', '.');
        var number = (uint)Interlocked.Increment(ref _made);
        return string.Create(CultureInfo.InvariantCulture, $"{part}.{now.UtcTicks:x}{number & 0xffff:x4}");
    }

    private static string Cut(string note)
    {
        if (Encoding.UTF8.GetByteCount(note) <= MaxNoteLength)
        {
            return note;
        }

        const string Ellipsis = "...";
        var end = note.Length;
        while (Encoding.UTF8.GetByteCount(note.AsSpan(0, end)) > MaxNoteLength - Ellipsis.Length)
        {
            end -= char.IsLowSurrogate(note[end - 1]) ? 2 : 1;
        }

        return note[..end] + Ellipsis;
    }

    private static V1ObjectReference Reference(IKubernetesObject<V1ObjectMeta> entity) =>
        new()
        {
            ApiVersion = entity.ApiVersion,
            Kind = entity.Kind,
            Name = entity.Metadata.Name,
            NamespaceProperty = entity.Metadata.NamespaceProperty,
            Uid = entity.Metadata.Uid,
            ResourceVersion = entity.Metadata.ResourceVersion,
        };
}
