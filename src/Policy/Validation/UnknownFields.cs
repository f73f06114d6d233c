using System.Text.Json;

namespace Palisade.Policy.Validation;

/// <summary>Finds fields that a document has and its kind does not, which the API server drops or refuses.</summary>
public static class UnknownFields
{
    /// <summary>Annotation in which <c>kubectl apply</c> keeps what the user wrote.</summary>
    public const string LastAppliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>Findings of a document of one of the three kinds, as the user wrote it; none for other kinds.</summary>
    public static IReadOnlyList<Finding> Find(JsonElement document) => [];

    /// <summary>Findings of the annotation of <c>kubectl apply</c>; none when it is absent or no JSON.</summary>
    public static IReadOnlyList<Finding> FindInLastApplied(IDictionary<string, string>? annotations) => [];
}
