using System.Collections.Immutable;
using System.Text.RegularExpressions;
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

/// <summary>A policy that was looked at.</summary>
/// <param name="Name">Its kind and name.</param>
/// <param name="Position">Where it begins.</param>
/// <param name="Findings">What was found, in the order of the document.</param>
internal sealed record LintedPolicy(string Name, ManifestPosition Position, ImmutableArray<LintFinding> Findings);

/// <summary>What docs/findings.md says of each code; the file is part of the program.</summary>
internal static partial class FindingTexts
{
    private static readonly Lazy<Dictionary<string, (string Title, string Explanation)>> Sections = new(Read);

    /// <summary>The finding in a sentence, and its explanation in Markdown: what, why, an example, the remedy.</summary>
    public static (string Title, string Explanation) Find(string code) =>
        Sections.Value.GetValueOrDefault(
            code,
            ("The document cannot be read.", "The document is not valid YAML, or not an object of its kind.")
        );

    private static Dictionary<string, (string Title, string Explanation)> Read()
    {
        using var stream = typeof(FindingTexts).Assembly.GetManifestResourceStream("findings.md")!;
        using var reader = new StreamReader(stream);
        return Section()
            .Matches(reader.ReadToEnd())
            .ToDictionary(
                section => section.Groups["code"].Value,
                section => (section.Groups["title"].Value, section.Groups["text"].Value.Trim()),
                StringComparer.Ordinal
            );
    }

    [GeneratedRegex(
        @"^## (?<code>PAL\d+)\n\n(?<text>\*\*(?<title>.+?)\*\*.*?)(?=^## |\z)",
        RegexOptions.Multiline | RegexOptions.Singleline
    )]
    private static partial Regex Section();
}
