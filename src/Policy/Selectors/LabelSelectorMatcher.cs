namespace Palisade.Policy.Selectors;

/// <summary>
/// Matches labels against selectors as the API server does (apimachinery, <c>LabelSelectorAsSelector</c>): an absent selector
/// matches nothing, an empty one everything, and all parts must hold. Fields where absence means "all", such as a
/// NetworkPolicy's own podSelector, are the caller's to replace by <see cref="Everything"/>.
/// </summary>
public static class LabelSelectorMatcher
{
    /// <summary>The empty selector, which matches everything. Not to be changed.</summary>
    public static V1LabelSelector Everything { get; } = new();

    /// <summary>Whether the labels meet the selector; a selector that cannot be understood matches nothing.</summary>
    public static bool Matches(V1LabelSelector? selector, LabelSet labels) => Matches(selector, labels, InvalidSelector.MatchesNothing);

    /// <summary>Whether the labels meet the selector.</summary>
    /// <exception cref="InvalidSelectorException">The selector cannot be understood, and the caller chose to be told.</exception>
    public static bool Matches(V1LabelSelector? selector, LabelSet labels, InvalidSelector onInvalid) =>
        Matches(selector, new Labels(labels, null), onInvalid);

    /// <summary>Whether an object's labels meet the selector; a selector that cannot be understood matches nothing.</summary>
    public static bool Matches(V1LabelSelector? selector, IDictionary<string, string>? labels) =>
        Matches(selector, labels, InvalidSelector.MatchesNothing);

    /// <summary>Whether an object's labels meet the selector.</summary>
    /// <exception cref="InvalidSelectorException">The selector cannot be understood, and the caller chose to be told.</exception>
    public static bool Matches(V1LabelSelector? selector, IDictionary<string, string>? labels, InvalidSelector onInvalid) =>
        Matches(selector, new Labels(null, labels), onInvalid);

    private static bool Matches(V1LabelSelector? selector, Labels labels, InvalidSelector onInvalid)
    {
        if (selector is null)
        {
            return false;
        }

        if (FindError(selector) is { } reason)
        {
            return onInvalid == InvalidSelector.Throws
                ? throw new InvalidSelectorException(reason)
                : onInvalid == InvalidSelector.MatchesEverything;
        }

        return MatchesLabels(selector.MatchLabels, labels) && MatchesExpressions(selector.MatchExpressions, labels);
    }

    /// <summary>Why the selector cannot be understood; null when it can.</summary>
    public static string? FindError(V1LabelSelector selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        return selector.MatchExpressions is { Count: > 0 } requirements
            ? requirements.Select(requirement => FindError(requirement)).FirstOrDefault(reason => reason is not null)
            : null;
    }

    private static string? FindError(V1LabelSelectorRequirement? requirement)
    {
        var count = requirement?.Values?.Count ?? 0;
        return requirement?.OperatorProperty switch
        {
            null => "a requirement is empty",
            SelectorOperators.In or SelectorOperators.NotIn when count > 0 => null,
            SelectorOperators.In or SelectorOperators.NotIn => $"{requirement.OperatorProperty} on '{requirement.Key}' has no values",
            SelectorOperators.Exists or SelectorOperators.DoesNotExist when count == 0 => null,
            SelectorOperators.Exists or SelectorOperators.DoesNotExist =>
                $"{requirement.OperatorProperty} on '{requirement.Key}' has values",
            _ => $"unknown operator '{requirement.OperatorProperty}' on '{requirement.Key}'",
        };
    }

    private static bool MatchesLabels(IDictionary<string, string>? required, Labels labels)
    {
        // Asked for every pod of a cluster, so without an enumerator on the heap where that can be had.
        if (required is Dictionary<string, string> usual)
        {
            foreach (var (key, value) in usual)
            {
                if (!labels.Has(key, value))
                {
                    return false;
                }
            }

            return true;
        }

        return required is null || required.All(label => labels.Has(label.Key, label.Value));
    }

    private static bool MatchesExpressions(IList<V1LabelSelectorRequirement>? requirements, Labels labels)
    {
        for (var i = 0; i < requirements?.Count; i++)
        {
            if (!Matches(requirements[i], labels))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Matches(V1LabelSelectorRequirement requirement, Labels labels)
    {
        var present = labels.TryGetValue(requirement.Key, out var actual);
        return requirement.OperatorProperty switch
        {
            SelectorOperators.In => present && requirement.Values!.Contains(actual!),
            SelectorOperators.NotIn => !present || !requirement.Values!.Contains(actual!),
            SelectorOperators.Exists => present,
            _ => !present,
        };
    }

    /// <summary>Labels of facts, or those of an object as it came off the wire.</summary>
    private readonly struct Labels(LabelSet? facts, IDictionary<string, string>? wire)
    {
        public bool TryGetValue(string key, out string? value)
        {
            value = null;
            return facts?.TryGetValue(key, out value) ?? (wire is not null && wire.TryGetValue(key, out value));
        }

        public bool Has(string key, string? value) =>
            TryGetValue(key, out var actual) && string.Equals(actual, value, StringComparison.Ordinal);
    }
}

/// <summary>The operators of a label selector's requirements, as the API writes them.</summary>
public static class SelectorOperators
{
    /// <summary>The label is there and has one of the values.</summary>
    public const string In = "In";

    /// <summary>The label is absent or has none of the values.</summary>
    public const string NotIn = "NotIn";

    /// <summary>The label is there.</summary>
    public const string Exists = "Exists";

    /// <summary>The label is absent.</summary>
    public const string DoesNotExist = "DoesNotExist";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [In, NotIn, Exists, DoesNotExist];
}

/// <summary>What to do with a selector that cannot be understood, such as one with an unknown operator.</summary>
public enum InvalidSelector
{
    /// <summary>It matches nothing. Right for peers, where a match lets something through.</summary>
    MatchesNothing,

    /// <summary>
    /// It matches everything. Right for the pods that a policy isolates: which ones were meant is not known, so none may stay open.
    /// </summary>
    MatchesEverything,

    /// <summary>
    /// It is an <see cref="InvalidSelectorException"/>. Right for the pods or namespaces that a policy isolates, where no match
    /// would leave them open.
    /// </summary>
    Throws,
}

/// <summary>A label selector cannot be understood; the API server would not have taken it.</summary>
public sealed class InvalidSelectorException : Exception
{
    /// <summary>Makes the exception without a reason.</summary>
    public InvalidSelectorException() { }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">Why the selector cannot be understood.</param>
    public InvalidSelectorException(string message)
        : base(message) { }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">Why the selector cannot be understood.</param>
    /// <param name="innerException">What led to it.</param>
    public InvalidSelectorException(string message, Exception innerException)
        : base(message, innerException) { }
}
