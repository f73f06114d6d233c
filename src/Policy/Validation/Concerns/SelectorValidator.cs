using Palisade.Policy.Selectors;
using Palisade.Policy.Validation.Document;

namespace Palisade.Policy.Validation.Concerns;

/// <summary>Label selectors say what they mean: known operators, values where they belong, proper keys and values.</summary>
internal sealed class SelectorValidator : Concern
{
    protected override void Check(PolicyDocument document, FindingSink findings)
    {
        var takesValues = document.Tolerance.TakesLabelValues;
        CheckSelector(document.NamespaceSelector, "spec.namespaceSelector", takesValues, findings);
        CheckSelector(document.PodSelector, "spec.podSelector", takesValues, findings);
        foreach (var peer in document.Rules.SelectMany(r => r.Peers))
        {
            if (peer.HasSelectors || peer.Model.Nodes is not null)
            {
                CheckSelector(peer.Model.PodSelector, $"{peer.Path}.podSelector", takesValues, findings);
                CheckSelector(peer.Model.NamespaceSelector, $"{peer.Path}.namespaceSelector", takesValues, findings);
                CheckSelector(peer.Model.Nodes, $"{peer.Path}.nodes", takesValues, findings);
            }
        }
    }

    private static void CheckSelector(V1LabelSelector? selector, string path, bool takesValues, FindingSink findings)
    {
        if (selector is null)
        {
            return;
        }

        foreach (var (key, value) in selector.MatchLabels ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            if (LabelSyntax.WhyNoKey(key) is { } badKey)
            {
                findings.Error(FindingCodes.LabelKeyInvalid, $"{path}.matchLabels", key, $"label key {badKey}");
            }

            if (LabelSyntax.WhyNoValue(value) is { } badValue)
            {
                findings.Error(FindingCodes.LabelValueInvalid, $"{path}.matchLabels[{key}]", value, badValue);
            }
        }

        var requirements = selector.MatchExpressions ?? [];
        for (var i = 0; i < requirements.Count; i++)
        {
            CheckRequirement(requirements[i] ?? new(), $"{path}.matchExpressions[{i}]", takesValues, findings);
        }
    }

    private static void CheckRequirement(V1LabelSelectorRequirement requirement, string path, bool takesValues, FindingSink findings)
    {
        if (LabelSyntax.WhyNoKey(requirement.Key) is { } badKey)
        {
            findings.Error(FindingCodes.LabelKeyInvalid, $"{path}.key", requirement.Key ?? "", badKey);
        }

        var values = requirement.Values ?? [];
        switch (requirement.OperatorProperty)
        {
            case SelectorOperators.In or SelectorOperators.NotIn when values.Count == 0:
                var instead =
                    requirement.OperatorProperty == SelectorOperators.In ? SelectorOperators.Exists : SelectorOperators.DoesNotExist;
                findings.Error(
                    FindingCodes.SelectorInvalid,
                    $"{path}.values",
                    null,
                    $"must have at least one value for operator {requirement.OperatorProperty}; or use {instead}, which has none"
                );
                break;
            case SelectorOperators.Exists or SelectorOperators.DoesNotExist when values.Count > 0:
                findings.Error(
                    FindingCodes.SelectorInvalid,
                    $"{path}.values",
                    null,
                    $"must be empty for operator {requirement.OperatorProperty}: remove them, or use In or NotIn"
                );
                break;
            case SelectorOperators.In or SelectorOperators.NotIn or SelectorOperators.Exists or SelectorOperators.DoesNotExist:
                break;
            default:
                var written = requirement.OperatorProperty ?? "";
                var meant = Text.DidYouMean(written, SelectorOperators.All);
                findings.Error(
                    FindingCodes.SelectorInvalid,
                    $"{path}.operator",
                    written,
                    $"must be In, NotIn, Exists or DoesNotExist{meant}"
                );
                break;
        }

        for (var i = 0; i < values.Count; i++)
        {
            if (LabelSyntax.WhyNoValue(values[i]) is { } badValue)
            {
                findings.ErrorUnless(takesValues, FindingCodes.LabelValueInvalid, $"{path}.values[{i}]", values[i], badValue);
            }
        }
    }
}
