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
            if (LabelSyntax.ValidateKey(key) is { } badKey)
            {
                yield return Error(FindingCodes.LabelKeyInvalid, "metadata.labels", key, $"label key {badKey}");
            }

            if (LabelSyntax.ValidateValue(value) is { } badValue)
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
            if (LabelSyntax.ValidateKey(key.ToLowerInvariant()) is { } badKey)
            {
                yield return Error(FindingCodes.LabelKeyInvalid, "metadata.annotations", key, $"annotation key {badKey}");
            }
        }
    }

    private static Finding Error(string code, string field, string value, string message) =>
        new(code, FindingSeverity.Error, field, value, message);
}

/// <summary>What the API server takes as label keys and values, and as names.</summary>
internal static class LabelSyntax
{
    private const int MaxNameLength = 63;
    private const int MaxDnsNameLength = 253;

    /// <summary>The error of a label key; null when it is valid.</summary>
    public static string? ValidateKey(string? key)
    {
        if (string.IsNullOrEmpty(key))
        {
            return "must be a label key, for example \"app\" or \"example.com/team\"";
        }

        var slash = key.IndexOf('/', StringComparison.Ordinal);
        var name = key[(slash + 1)..];
        if (slash >= 0 && !IsDnsName(key[..slash]))
        {
            return name.Contains('/', StringComparison.Ordinal)
                ? "must have one slash at most"
                : "must have before its slash a DNS name of at most 253 characters of a-z, 0-9, - and ., for example \"example.com/team\"";
        }

        return name.Contains('/', StringComparison.Ordinal) ? "must have one slash at most"
            : name.Length == 0 ? "must have a name after its slash, for example \"example.com/team\""
            : ValidateName(name);
    }

    /// <summary>The error of a label value; null when it is valid, as the empty string is.</summary>
    public static string? ValidateValue(string? value) => string.IsNullOrEmpty(value) ? null : ValidateName(value);

    /// <summary>Whether the text is a DNS name (RFC 1123 subdomain), as most objects are named and keys have before their slash.</summary>
    public static bool IsDnsName(string name) => name.Length <= MaxDnsNameLength && name.Split('.').All(IsPart);

    /// <summary>Whether the text is one part of a DNS name (RFC 1123 label), as namespaces are named.</summary>
    public static bool IsDnsLabel(string name) => name.Length <= MaxNameLength && IsPart(name);

    private static string? ValidateName(string name)
    {
        if (name.Length > MaxNameLength)
        {
            return "must have at most 63 characters";
        }

        var wellFormed =
            name.Length > 0
            && char.IsAsciiLetterOrDigit(name[0])
            && char.IsAsciiLetterOrDigit(name[^1])
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
        return wellFormed ? null : "must be of letters, digits, -, _ and ., with a letter or digit first and last";
    }

    private static bool IsPart(string part) =>
        part.Length > 0
        && part[0] != '-'
        && part[^1] != '-'
        && part.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
