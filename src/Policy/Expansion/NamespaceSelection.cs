using System.Runtime.InteropServices;
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
    private readonly bool _includeSystem;
    private readonly string _ownNamespace;

    private NamespaceSelection(
        V1LabelSelector? selector,
        IList<string>? excluded,
        bool? allowOptOut,
        bool? includeSystem,
        string ownNamespace
    )
    {
        (_selector, _excluded, _ownNamespace) = (selector, excluded ?? [], ownNamespace);
        (_allowOptOut, _includeSystem) = (allowOptOut == true, includeSystem == true);
    }

    /// <summary>The selection of a ClusterNetworkPolicy.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="ownNamespace">Name of the namespace that Palisade runs in.</param>
    public static NamespaceSelection From(ClusterNetworkPolicy policy, string ownNamespace)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var spec = policy.Spec ?? new();
        return new(spec.NamespaceSelector, spec.ExcludedNamespaces, spec.AllowOptOut, spec.IncludeSystemNamespaces, ownNamespace);
    }

    /// <summary>The selection of a DefaultDenyProfile.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="ownNamespace">Name of the namespace that Palisade runs in.</param>
    public static NamespaceSelection From(DefaultDenyProfile profile, string ownNamespace)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var spec = profile.Spec ?? new();
        return new(spec.NamespaceSelector, spec.ExcludedNamespaces, spec.AllowOptOut, spec.IncludeSystemNamespaces, ownNamespace);
    }

    /// <summary>Whether the policy applies to the namespace.</summary>
    public bool Matches(NamespaceFacts target) => Decide(target).Matches;

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

        if (!_includeSystem && (name == _ownNamespace || SystemNamespaces.Names.Contains(name, StringComparer.Ordinal)))
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

/// <summary>Whether a policy applies to a namespace, and why.</summary>
/// <param name="Reason">Constant reason.</param>
/// <param name="Message">What in the policy or the namespace decided; human-readable.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct NamespaceDecision(NamespaceReason Reason, string Message)
{
    /// <summary>Whether to stamp into the namespace.</summary>
    public bool Matches => Reason == NamespaceReason.Matched;

    /// <summary>Whether to leave everything in the namespace as it is: neither write nor remove.</summary>
    public bool LeaveAlone => Reason is NamespaceReason.Terminating or NamespaceReason.InvalidSelector;
}

/// <summary>Why a namespace is stamped into or not.</summary>
public enum NamespaceReason
{
    /// <summary>The policy applies: stamp, and keep it so.</summary>
    Matched,

    /// <summary>The selector does not match the labels.</summary>
    NotSelected,

    /// <summary>The namespace is named by excludedNamespaces.</summary>
    Excluded,

    /// <summary>The namespace carries the opt-out label, and the policy allows that.</summary>
    OptedOut,

    /// <summary>A system namespace, or Palisade's own, which is left alone unless it is included.</summary>
    SystemNamespace,

    /// <summary>The namespace is being deleted: nothing is written to it, and nothing is removed.</summary>
    Terminating,

    /// <summary>The selector cannot be understood: nothing is written, and what is there stays.</summary>
    InvalidSelector,
}

/// <summary>Names of namespaces with wildcards: <c>*</c> stands for any text, also none, <c>?</c> for exactly one character.</summary>
public static class NamespaceGlob
{
    /// <summary>Whether the pattern could match a namespace's name: only a-z, 0-9, -, * and ?, at most 63 characters.</summary>
    public static bool IsValid(string? pattern) =>
        pattern is { Length: > 0 and <= 63 }
        && pattern.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '*' or '?');

    /// <summary>Whether the name matches the whole pattern. Takes time in proportion to the product of the lengths at most.</summary>
    public static bool IsMatch(string pattern, string name)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(name);
        int p = 0,
            n = 0,
            star = -1,
            resume = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = n;
            }
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == name[n]))
            {
                p++;
                n++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                n = ++resume;
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(p).IndexOfAnyExcept('*') < 0;
    }
}

/// <summary>Namespaces that hold the cluster itself, which both kinds leave alone unless told otherwise.</summary>
public static class SystemNamespaces
{
    /// <summary>Label with the name of its namespace, which API servers from 1.21 on keep.</summary>
    internal const string NameLabel = "kubernetes.io/metadata.name";

    /// <summary>
    /// Namespaces in which the cluster's DNS Service is looked for. Each counts as a system namespace whether or not its Service is found now:
    /// a policy that closed it while the Service is replaced would close the cluster's DNS.
    /// </summary>
    public static IReadOnlyList<string> Dns { get; } = ["kube-system", "openshift-dns"];

    /// <summary>The names, other than that of Palisade's own namespace.</summary>
    public static IReadOnlyList<string> Names { get; } = ["kube-node-lease", "kube-public", .. Dns];
}
