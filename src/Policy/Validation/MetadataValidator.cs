namespace Palisade.Policy.Validation;

/// <summary>
/// What the API server holds against an object's name, namespace, labels and annotations. For documents that it has not seen: it asks no webhook
/// about an object before it has found these sound itself.
/// </summary>
public static class MetadataValidator
{
    /// <summary>Findings in the order of the document; that there is a name is left to the reader of the document.</summary>
    public static IReadOnlyList<Finding> Validate(V1ObjectMeta? metadata)
    {
        if (metadata is null)
        {
            return []; // A document may say null.
        }

        return [.. OfNames(metadata), .. OfLabels(metadata.Labels), .. OfAnnotations(metadata.Annotations)];
    }

    private static IEnumerable<Finding> OfNames(V1ObjectMeta metadata)
    {
        if (metadata.Name is { Length: > 0 } name && !LabelSyntax.IsDnsName(name))
        {
            yield return Error(
                FindingCodes.NameInvalid,
                "metadata.name",
                name,
                "must be a DNS name: at most 253 of a-z, 0-9, - and ., with a letter or digit at either end of each part between dots"
            );
        }

        if (metadata.NamespaceProperty is { Length: > 0 } home && !LabelSyntax.IsDnsLabel(home))
        {
            yield return Error(
                FindingCodes.NameInvalid,
                "metadata.namespace",
                home,
                "must be a namespace's name: at most 63 of a-z, 0-9 and -, with a letter or digit first and last"
            );
        }
    }

    private static IEnumerable<Finding> OfLabels(IDictionary<string, string>? labels)
    {
        foreach (var (key, value) in labels ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            if (LabelSyntax.WhyNoKey(key) is { } badKey)
            {
                yield return Error(FindingCodes.LabelKeyInvalid, "metadata.labels", key, $"label key {badKey}");
            }

            if (LabelSyntax.WhyNoValue(value) is { } badValue)
            {
                yield return Error(FindingCodes.LabelValueInvalid, $"metadata.labels[{key}]", value, badValue);
            }
        }
    }

    private static IEnumerable<Finding> OfAnnotations(IDictionary<string, string>? annotations)
    {
        foreach (var key in annotations?.Keys ?? [])
        {
            // As the API server: of annotations the prefix may be in capitals.
            if (LabelSyntax.WhyNoKey(key.ToLowerInvariant()) is { } badKey)
            {
                yield return Error(FindingCodes.LabelKeyInvalid, "metadata.annotations", key, $"annotation key {badKey}");
            }
        }
    }

    private static Finding Error(string code, string field, string value, string message) =>
        new(code, FindingSeverity.Error, field, value, message);
}
