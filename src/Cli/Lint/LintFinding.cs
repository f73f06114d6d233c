using Palisade.Cli.Manifests;
using Palisade.Policy.Validation;

namespace Palisade.Cli.Lint;

/// <summary>A finding with its place.</summary>
/// <param name="Position">Where the field stands.</param>
/// <param name="Object">Kind and name of the object; empty when it could not be read.</param>
/// <param name="Finding">What was found.</param>
internal sealed record LintFinding(ManifestPosition Position, string Object, Finding Finding)
{
    /// <summary>Stands for a code where a document could not be read; it is not in the catalogue, since no policy was seen.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>Whether the document could not be read.</summary>
    public bool IsUnreadable => Finding.Code == Unreadable;

    /// <summary>Whether a policy is refused for it.</summary>
    public bool IsError => Finding.Severity == FindingSeverity.Error;

    /// <summary>Severity as every format writes it.</summary>
    public string Severity => IsError ? "error" : "warning";

    /// <summary>Field, value, what must be.</summary>
    public string Text
    {
        get
        {
            var value = Finding.Value is null || Finding.IsBareValue ? Finding.Value : $"\"{Finding.Value}\"";
            return string.Join(": ", new[] { Finding.Field, value, Finding.Message }.Where(part => !string.IsNullOrEmpty(part)));
        }
    }

    /// <summary>What could not be read.</summary>
    public static LintFinding From(ManifestError error) =>
        new(error.Position, "", new(Unreadable, FindingSeverity.Error, error.Field, null, error.Message));
}
