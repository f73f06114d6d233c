using FluentValidation;
using Palisade.Policy.Selectors;

namespace Palisade.Policy.Validation;

/// <summary>Label selectors say what they mean: known operators, values where they belong, proper keys and values.</summary>
internal sealed class SelectorValidator : AbstractValidator<DocumentSelector>
{
    public SelectorValidator() => RuleFor(selector => selector).Custom(Check);

    private static void Check(DocumentSelector document, ValidationContext<DocumentSelector> context)
    {
        var (selector, path) = (document.Model, document.Path);
        foreach (var (key, value) in selector.MatchLabels ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            if (LabelSyntax.ValidateKey(key) is { } badKey)
            {
                context.AddError(FindingCodes.LabelKeyInvalid, $"{path}.matchLabels", key, $"label key {badKey}");
            }

            if (LabelSyntax.ValidateValue(value) is { } badValue)
            {
                context.AddError(FindingCodes.LabelValueInvalid, $"{path}.matchLabels[{key}]", value, badValue);
            }
        }

        var requirements = selector.MatchExpressions ?? [];
        for (var i = 0; i < requirements.Count; i++)
        {
            CheckRequirement(requirements[i] ?? new(), $"{path}.matchExpressions[{i}]", context);
        }
    }

    private static void CheckRequirement(V1LabelSelectorRequirement requirement, string path, ValidationContext<DocumentSelector> context)
    {
        if (LabelSyntax.ValidateKey(requirement.Key) is { } badKey)
        {
            context.AddError(FindingCodes.LabelKeyInvalid, $"{path}.key", requirement.Key ?? "", badKey);
        }

        var values = requirement.Values ?? [];
        switch (requirement.OperatorProperty)
        {
            case SelectorOperators.In or SelectorOperators.NotIn when values.Count == 0:
                var instead =
                    requirement.OperatorProperty == SelectorOperators.In ? SelectorOperators.Exists : SelectorOperators.DoesNotExist;
                context.AddError(
                    FindingCodes.SelectorInvalid,
                    $"{path}.values",
                    null,
                    $"must have at least one value for operator {requirement.OperatorProperty}; or use {instead}, which has none"
                );
                break;
            case SelectorOperators.Exists or SelectorOperators.DoesNotExist when values.Count > 0:
                context.AddError(
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
                context.AddError(
                    FindingCodes.SelectorInvalid,
                    $"{path}.operator",
                    written,
                    $"must be In, NotIn, Exists or DoesNotExist{meant}"
                );
                break;
        }

        for (var i = 0; i < values.Count; i++)
        {
            if (LabelSyntax.ValidateValue(values[i]) is { } badValue)
            {
                context.AddErrorUnless(
                    context.Tolerance().TakesLabelValues,
                    FindingCodes.LabelValueInvalid,
                    $"{path}.values[{i}]",
                    values[i],
                    badValue
                );
            }
        }
    }
}
