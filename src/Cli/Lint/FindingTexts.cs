using System.Text.RegularExpressions;

namespace Palisade.Cli.Lint;

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
