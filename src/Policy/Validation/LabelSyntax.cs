namespace Palisade.Policy.Validation;

/// <summary>What the API server takes as label keys and values, and as names.</summary>
internal static class LabelSyntax
{
    private const int MaxNameLength = 63;
    private const int MaxDnsNameLength = 253;

    /// <summary>Why the text is no label key; null when it is one.</summary>
    public static string? WhyNoKey(string? key)
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
            : WhyNoName(name);
    }

    /// <summary>Why the text is no label value; null when it is one. The empty text is one.</summary>
    public static string? WhyNoValue(string? value) => string.IsNullOrEmpty(value) ? null : WhyNoName(value);

    /// <summary>Whether the text is a DNS name (RFC 1123 subdomain), as most objects are named and keys have before their slash.</summary>
    public static bool IsDnsName(string name) => name.Length <= MaxDnsNameLength && name.Split('.').All(IsPart);

    /// <summary>Whether the text is one part of a DNS name (RFC 1123 label), as namespaces are named.</summary>
    public static bool IsDnsLabel(string name) => name.Length <= MaxNameLength && IsPart(name);

    private static string? WhyNoName(string name)
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
