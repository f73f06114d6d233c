using Palisade.Kubernetes;

namespace Palisade.Runtime.Events;

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
