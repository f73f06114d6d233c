using Palisade.Cli.Manifests.Yaml;

namespace Palisade.Cli.Manifests;

/// <summary>A document that is none of the kinds that Palisade reads.</summary>
/// <param name="Position">Where it begins.</param>
/// <param name="ApiVersion">Its API version; empty when it has none.</param>
/// <param name="Kind">Its kind; empty when it is no object of the Kubernetes API.</param>
public sealed record SkippedDocument(ManifestPosition Position, string ApiVersion, string Kind)
{
    /// <summary>Why it is none, as the rest of a sentence, where the user is to be told; null for kinds that are none of Palisade's.</summary>
    public string? Reason { get; init; }

    internal YamlNode? Node { get; init; }

    /// <summary>Where a field stands; the document's beginning when it stands nowhere.</summary>
    /// <param name="field">Its path.</param>
    public ManifestPosition PositionOf(string field) => Node is null ? Position : FieldPath.Find(Node, field).PositionIn(Position.Path);

    /// <summary>Which object it would be if it were of a kind that it was meant to be; null when that cannot be read.</summary>
    /// <param name="kind">The kind.</param>
    public ManifestSubject? SubjectAs(string kind) => Node is null ? null : ManifestKind.SubjectOf(kind, Node);

    /// <summary>The line that tells the user.</summary>
    public override string ToString() => $"{Position}: skipped: {Reason ?? "is of no kind that Palisade reads"}";
}
