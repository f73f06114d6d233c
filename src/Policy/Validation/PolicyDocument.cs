using System.Collections.Immutable;
using Palisade.Policy.Expansion;

namespace Palisade.Policy.Validation;

/// <summary>What the three kinds have in common, read once, so that each concern is validated by the same code for all of them.</summary>
internal sealed class PolicyDocument
{
    private PolicyDocument(
        ValidationOptions options,
        ImmutableArray<DocumentRule> ingress,
        ImmutableArray<DocumentRule> egress,
        IList<string>? policyTypes
    )
    {
        (Facts, IsTimeSpent) = (options.Cluster, options.IsTimeSpent);
        OwnNamespace = OwnNamespaceOf(options);
        Rules = [.. ingress, .. egress];
        PolicyTypes = policyTypes;
    }

    /// <summary>Whether the document is a NetworkPolicy, not one of the custom resources.</summary>
    public bool IsNetworkPolicy { get; private init; }

    /// <summary>Whether the document is a DefaultDenyProfile.</summary>
    public bool IsProfile { get; private init; }

    /// <summary>What the API server takes is only warned of.</summary>
    public ServerTolerance Tolerance { get; private init; } = ServerTolerance.None;

    /// <summary>The cluster; null when nothing is known of it.</summary>
    public ClusterFacts? Facts { get; }

    /// <summary>Where DNS is reached, as far as it is known.</summary>
    public DnsServers Dns => Facts?.Dns ?? DnsServers.Unknown;

    /// <summary>Whether there is no more time to look at the cluster.</summary>
    public Func<bool> IsTimeSpent { get; }

    /// <summary>Namespace of a NetworkPolicy; null for the custom resources.</summary>
    public string? Namespace { get; private init; }

    /// <summary>Name of the NetworkPolicy: its own, or of what the custom resource stamps.</summary>
    public string? PolicyName { get; private init; }

    /// <summary>Selector of the target namespaces; null for NetworkPolicies, and when it is missing.</summary>
    public V1LabelSelector? NamespaceSelector { get; private init; }

    /// <summary>Whether system namespaces may match too.</summary>
    public bool IncludesSystemNamespaces { get; private init; }

    /// <summary>Name of the namespace that Palisade runs in.</summary>
    public string OwnNamespace { get; }

    /// <summary>Names and globs of namespaces to leave alone.</summary>
    public IList<string> ExcludedNamespaces { get; private init; } = [];

    /// <summary>Selector of the isolated pods; null selects all.</summary>
    public V1LabelSelector? PodSelector { get; private init; }

    /// <summary>All selectors, also those of peers.</summary>
    public IEnumerable<DocumentSelector> Selectors =>
        DocumentSelector
            .From((NamespaceSelector, () => "spec.namespaceSelector"), (PodSelector, () => "spec.podSelector"))
            .Concat(Peers.SelectMany(peer => peer.Selectors));

    /// <summary>Policy types as given.</summary>
    public IList<string>? PolicyTypes { get; }

    /// <summary>Enforcement of a profile, as given.</summary>
    public string? Enforcement { get; private init; }

    /// <summary>Rules of both directions, ingress first.</summary>
    public ImmutableArray<DocumentRule> Rules { get; }

    /// <summary>The peers of all rules.</summary>
    public IEnumerable<DocumentPeer> Peers => Rules.SelectMany(rule => rule.Peers);

    /// <summary>The blocks of all peers.</summary>
    public IEnumerable<DocumentBlock> Blocks => Peers.Select(peer => peer.Block).OfType<DocumentBlock>();

    /// <summary>Whether there is a list of egress rules, and it is empty.</summary>
    public bool HasEmptyEgress { get; private init; }

    /// <summary>Whether DNS is allowed beside the rules.</summary>
    public bool AllowsDns { get; private init; }

    /// <summary>Whether the document's policy applies to a namespace.</summary>
    public Func<NamespaceFacts, bool> AppliesTo { get; private init; } = _ => false;

    public bool Isolates(string direction)
    {
        if (PolicyTypes is { Count: > 0 } types)
        {
            return types.Contains(direction);
        }

        return IsProfile || direction == Directions.Ingress || Rules.Any(r => r.Direction == Directions.Egress);
    }

    public static PolicyDocument From(ClusterNetworkPolicy policy, ValidationOptions options)
    {
        var spec = policy.Spec ?? new();
        var selection = NamespaceSelection.From(policy, OwnNamespaceOf(options));
        return new(
            options,
            DocumentRule.From(spec.Ingress, "spec.ingress"),
            DocumentRule.From(spec.Egress, "spec.egress"),
            spec.PolicyTypes
        )
        {
            PolicyName = policy.Metadata?.Name is null ? null : PolicyNames.For(policy),
            NamespaceSelector = spec.NamespaceSelector,
            IncludesSystemNamespaces = spec.IncludeSystemNamespaces == true,
            ExcludedNamespaces = spec.ExcludedNamespaces ?? [],
            PodSelector = spec.PodSelector,
            HasEmptyEgress = spec.Egress is { Count: 0 },
            AppliesTo = selection.Matches,
        };
    }

    public static PolicyDocument From(DefaultDenyProfile profile, ValidationOptions options)
    {
        var spec = profile.Spec ?? new();
        var allow = spec.Allow ?? new();
        var selection = NamespaceSelection.From(profile, OwnNamespaceOf(options));
        return new(
            options,
            DocumentRule.From(allow.Ingress, "spec.allow.ingress"),
            DocumentRule.From(allow.Egress, "spec.allow.egress"),
            spec.PolicyTypes
        )
        {
            IsProfile = true,
            PolicyName = profile.Metadata?.Name is null ? null : PolicyNames.For(profile),
            NamespaceSelector = spec.NamespaceSelector,
            IncludesSystemNamespaces = spec.IncludeSystemNamespaces == true,
            ExcludedNamespaces = spec.ExcludedNamespaces ?? [],
            Enforcement = spec.Enforcement,
            AllowsDns = allow.Dns ?? true,
            AppliesTo = selection.Matches,
        };
    }

    public static PolicyDocument From(V1NetworkPolicy policy, ValidationOptions options)
    {
        var spec = policy.Spec ?? new();
        return new(options, DocumentRule.From(spec.Ingress), DocumentRule.From(spec.Egress), spec.PolicyTypes)
        {
            IsNetworkPolicy = true,
            Tolerance = ServerTolerance.From(options),
            PolicyName = policy.Metadata?.Name,
            Namespace = policy.Metadata?.NamespaceProperty,
            PodSelector = spec.PodSelector,
            HasEmptyEgress = spec.Egress is { Count: 0 },
            AppliesTo = target => target.Name == policy.Metadata?.NamespaceProperty,
        };
    }

    private static string OwnNamespaceOf(ValidationOptions options) =>
        options.Cluster?.OwnNamespace ?? ExpansionContext.DefaultOwnNamespace;
}
