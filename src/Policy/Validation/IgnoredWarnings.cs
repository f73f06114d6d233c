namespace Palisade.Policy.Validation;

/// <summary>The warnings that an object's author has read and means.</summary>
public static class IgnoredWarnings
{
    /// <summary>Annotation with the codes, separated by commas: <c>PAL107, PAL108</c>. Codes of errors have no effect.</summary>
    public const string Annotation = "palisade.dev/ignore-warnings";

    /// <summary>The codes; none when there is no such annotation.</summary>
    internal static IReadOnlyCollection<string> Of(V1ObjectMeta? metadata) =>
        metadata?.Annotations is { } annotations && annotations.TryGetValue(Annotation, out var codes) && codes is not null
            ? [.. codes.Split(',', StringSplitOptions.TrimEntries).Where(FindingCodes.IsWarning)]
            : [];
}
