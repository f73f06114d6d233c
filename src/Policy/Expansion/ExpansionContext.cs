using System.Collections.Immutable;

namespace Palisade.Policy.Expansion;

/// <summary>What of the cluster, apart from the target namespace, the expansion of a custom resource depends on.</summary>
public sealed record ExpansionContext
{
    /// <summary>Namespace of Palisade when nothing else is said.</summary>
    public const string DefaultOwnNamespace = "palisade-system";

    /// <summary>Port that the webhook's pods listen on when nothing else is said.</summary>
    public const int DefaultWebhookPort = 9443;

    /// <summary>All nodes.</summary>
    public ImmutableArray<NodeFacts> Nodes { get; init; } = [];

    /// <summary>Name of the namespace that Palisade runs in.</summary>
    public string OwnNamespace { get; init; } = DefaultOwnNamespace;

    /// <summary>Port that the webhook's pods listen on.</summary>
    public int WebhookPort { get; init; } = DefaultWebhookPort;

    /// <summary>Well-known parts of the cluster, as far as they were found.</summary>
    public ClusterEntities Entities { get; init; } = ClusterEntities.None;
}
