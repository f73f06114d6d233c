using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using k8s;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;

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

/// <summary>
/// What makes two events the same one, come again. As in client-go the note is not part of it: it says how many and which, and would make
/// a new event of each number.
/// </summary>
internal readonly record struct EventKey(
    string? Uid,
    string? Kind,
    NamespacedName Regarding,
    NamespacedName? Related,
    string? Type,
    string? Reason,
    string? Action
)
{
    public static EventKey From(Eventsv1Event item) =>
        new(
            item.Regarding!.Uid,
            item.Regarding.Kind,
            new NamespacedName(item.Regarding.NamespaceProperty, item.Regarding.Name ?? ""),
            item.Related is null ? null : new NamespacedName(item.Related.NamespaceProperty, item.Related.Name ?? ""),
            item.Type,
            item.Reason,
            item.Action
        );
}

/// <summary>How often an event that was sent came again.</summary>
internal sealed class EventSeries(NamespacedName sent, DateTime first)
{
    private DateTime _last = first;
    private int _count = 1;
    private int _countSent = 1;

    /// <summary>Key of the event as it was sent.</summary>
    public NamespacedName Event => sent;

    /// <summary>Whether it has not come again for as long as that.</summary>
    public bool IsOver(DateTime now, TimeSpan after) => now - _last >= after;

    /// <summary>Counts one more.</summary>
    /// <returns>Whether it is the first that came again.</returns>
    public bool CameAgain(DateTime at)
    {
        _count++;
        _last = at;
        return _count == 2;
    }

    /// <summary>The change that brings the sent event up to date; null when it did not come again since.</summary>
    public Patch? TakeUpdate()
    {
        if (_count == _countSent)
        {
            return null;
        }

        _countSent = _count;
        return Patch.Merge(
            new JsonObject
            {
                ["series"] = new JsonObject
                {
                    ["count"] = _count,
                    ["lastObservedTime"] = _last.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
                },
            }
        );
    }
}

/// <summary>Lets through a burst, and after it one thing a period.</summary>
internal sealed class TokenBucket(int burst, TimeSpan refill, TimeProvider timeProvider)
{
    private double _tokens = burst;
    private long _last = timeProvider.GetTimestamp();

    public bool TryTake()
    {
        var now = timeProvider.GetTimestamp();
        _tokens = Math.Min(burst, _tokens + (timeProvider.GetElapsedTime(_last, now) / refill));
        _last = now;
        if (_tokens < 1)
        {
            return false;
        }

        _tokens--;
        return true;
    }
}
