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
    public static bool Matches(V1LabelSelector? selector, IDictionary<string, string>? labels) =>
        Matches(selector, labels, InvalidSelector.MatchesNothing);

    /// <summary>Whether the labels meet the selector.</summary>
    /// <exception cref="InvalidSelectorException">The selector cannot be understood, and the caller chose to be told.</exception>
    public static bool Matches(V1LabelSelector? selector, IDictionary<string, string>? labels, InvalidSelector onInvalid)
    {
        if (selector is null)
        {
            return false;
        }

        if (WhyInvalid(selector) is { } reason)
        {
            return onInvalid == InvalidSelector.Throws ? throw new InvalidSelectorException(reason) : false;
        }

        return MatchesLabels(selector.MatchLabels, labels) && MatchesExpressions(selector.MatchExpressions, labels);
    }

    /// <summary>Why the selector cannot be understood; null when it can.</summary>
    public static string? WhyInvalid(V1LabelSelector selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        return selector.MatchExpressions is { Count: > 0 } requirements
            ? requirements.Select(requirement => WhyInvalid(requirement)).FirstOrDefault(reason => reason is not null)
            : null;
    }

    private static string? WhyInvalid(V1LabelSelectorRequirement? requirement)
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

    private static bool MatchesLabels(IDictionary<string, string>? required, IDictionary<string, string>? labels)
    {
        // Asked for every pod of a cluster, so without an enumerator on the heap where that can be had.
        if (required is Dictionary<string, string> usual)
        {
            foreach (var (key, value) in usual)
            {
                if (!Has(labels, key, value))
                {
                    return false;
                }
            }

            return true;
        }

        return required is null || required.All(label => Has(labels, label.Key, label.Value));
    }

    private static bool Has(IDictionary<string, string>? labels, string key, string value) =>
        labels is not null && labels.TryGetValue(key, out var actual) && string.Equals(actual, value, StringComparison.Ordinal);

    private static bool MatchesExpressions(IList<V1LabelSelectorRequirement>? requirements, IDictionary<string, string>? labels)
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

    private static bool Matches(V1LabelSelectorRequirement requirement, IDictionary<string, string>? labels)
    {
        string? actual = null;
        var present = labels is not null && labels.TryGetValue(requirement.Key, out actual);
        return requirement.OperatorProperty switch
        {
            SelectorOperators.In => present && requirement.Values!.Contains(actual!),
            SelectorOperators.NotIn => !present || !requirement.Values!.Contains(actual!),
            SelectorOperators.Exists => present,
            _ => !present,
        };
    }
}
