namespace Palisade.Policy;

/// <summary>What is read of a namespace.</summary>
public sealed record NamespaceFacts
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its labels.</summary>
    public LabelSet Labels { get; init; } = LabelSet.Empty;

    /// <summary>Whether it is being deleted.</summary>
    public bool IsTerminating { get; init; }

    /// <summary>Reads a namespace.</summary>
    public static NamespaceFacts From(V1Namespace item) => From(item, null);

    /// <summary>Reads one of many namespaces.</summary>
    /// <param name="item">The namespace.</param>
    /// <param name="pool">Shares what they have in common.</param>
    public static NamespaceFacts From(V1Namespace item, FactsPool? pool)
    {
        ArgumentNullException.ThrowIfNull(item);
        return new()
        {
            Name = FactsPool.Share(item.Metadata.Name, pool),
            Labels = LabelSet.From(item.Metadata.Labels, pool),
            IsTerminating = item.Metadata.DeletionTimestamp is not null || item.Status?.Phase is "Terminating",
        };
    }
}
