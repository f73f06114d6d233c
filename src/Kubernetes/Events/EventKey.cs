namespace Palisade.Kubernetes.Events;

/// <summary>What makes two events the same one, come again.</summary>
internal readonly record struct EventKey(
    string? Uid,
    string? Kind,
    NamespacedName Regarding,
    NamespacedName? Related,
    string? Type,
    string? Reason,
    string? Action,
    string? Note
)
{
    public static EventKey Of(Eventsv1Event item) =>
        new(
            item.Regarding!.Uid,
            item.Regarding.Kind,
            new NamespacedName(item.Regarding.NamespaceProperty, item.Regarding.Name ?? ""),
            item.Related is null ? null : new NamespacedName(item.Related.NamespaceProperty, item.Related.Name ?? ""),
            item.Type,
            item.Reason,
            item.Action,
            item.Note
        );
}
