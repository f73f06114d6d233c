using Palisade.Policy.Selectors;

namespace Palisade.Policy.Expansion;

/// <summary>The part of a custom resource that says which namespaces it stamps into.</summary>
public sealed record NamespaceSelection
{
    // Asked for every namespace of a cluster, so made once.
    private static readonly NamespaceDecision Terminating = new(NamespaceReason.Terminating, "the namespace is being deleted");
    private static readonly NamespaceDecision Matched = new(NamespaceReason.Matched, "namespaceSelector matches the namespace's labels");
    private static readonly NamespaceDecision NotSelected = new(
        NamespaceReason.NotSelected,
        "namespaceSelector does not match the namespace's labels"
    );
    private static readonly NamespaceDecision SystemNamespace = new(
        NamespaceReason.SystemNamespace,
        "a system namespace, and includeSystemNamespaces is not true"
    );

    private readonly V1LabelSelector? _selector;
    private readonly IList<string> _excluded;
    private readonly bool _allowOptOut;
    private readonly string? _ownNamespaceToSpare;

    private NamespaceSelection(V1LabelSelector? selector, IList<string>? excluded, bool allowOptOut, string? ownNamespaceToSpare)
    {
        (_selector, _excluded) = (selector, excluded ?? []);
        (_allowOptOut, _ownNamespaceToSpare) = (allowOptOut, ownNamespaceToSpare);
    }

    /// <summary>The selection of a ClusterNetworkPolicy.</summary>
    public static NamespaceSelection From(ClusterNetworkPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var spec = policy.Spec ?? new();
        return new(spec.NamespaceSelector, spec.ExcludedNamespaces, spec.AllowOptOut ?? false, ownNamespaceToSpare: null);
    }

    /// <summary>The selection of a DefaultDenyProfile.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="ownNamespace">Name of the namespace that Palisade runs in.</param>
    public static NamespaceSelection From(DefaultDenyProfile profile, string ownNamespace)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var spec = profile.Spec ?? new();
        var spared = spec.IncludeSystemNamespaces == true ? null : ownNamespace;
        return new(spec.NamespaceSelector, spec.ExcludedNamespaces, allowOptOut: false, spared);
    }

    /// <summary>Whether the policy applies to the namespace.</summary>
    public bool Matches(NamespaceFacts target) => Decide(target).Matches;

    /// <inheritdoc cref="Matches(NamespaceFacts)"/>
    public bool Matches(V1Namespace target) => Matches(NamespaceFacts.From(target));

    /// <summary>Whether the policy applies to the namespace, and why.</summary>
    public NamespaceDecision Decide(NamespaceFacts target)
    {
        ArgumentNullException.ThrowIfNull(target);
        var name = target.Name;
        if (target.IsTerminating)
        {
            return Terminating;
        }

        if (_selector is not null && LabelSelectorMatcher.FindError(_selector) is { } reason)
        {
            return new(NamespaceReason.InvalidSelector, reason);
        }

        if (!LabelSelectorMatcher.Matches(_selector, target.Labels))
        {
            return NotSelected;
        }

        if (_excluded.Count > 0 && ExcludedBy(name) is { } excludedBy)
        {
            return new(NamespaceReason.Excluded, $"excludedNamespaces has '{excludedBy}'");
        }

        if (
            _ownNamespaceToSpare is not null
            && (name == _ownNamespaceToSpare || SystemNamespaces.Names.Contains(name, StringComparer.Ordinal))
        )
        {
            return SystemNamespace;
        }

        return _allowOptOut && OptsOut(target)
            ? new(NamespaceReason.OptedOut, $"the namespace is labelled {PolicyNames.OptOutLabel}=true")
            : Matched;
    }

    private string? ExcludedBy(string name) => _excluded.FirstOrDefault(pattern => NamespaceGlob.IsMatch(pattern, name));

    private static bool OptsOut(NamespaceFacts target) =>
        target.Labels.TryGetValue(PolicyNames.OptOutLabel, out var value) && value == "true";
}
