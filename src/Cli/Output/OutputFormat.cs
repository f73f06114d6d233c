using System.CommandLine;

namespace Palisade.Cli.Output;

/// <summary>The option that says how results are written, and the names of the formats.</summary>
internal static class OutputFormat
{
    /// <summary>For people: in colour and wrapped on a terminal, a line for each thing in a pipe.</summary>
    public const string Table = "table";

    /// <summary>JSON.</summary>
    public const string Json = "json";

    /// <summary>YAML.</summary>
    public const string Yaml = "yaml";

    /// <summary>Markdown, for a comment on a pull request.</summary>
    public const string Markdown = "markdown";

    /// <summary>SARIF 2.1.0, for code scanning.</summary>
    public const string Sarif = "sarif";

    /// <summary>JUnit's XML, for test reports.</summary>
    public const string JUnit = "junit";

    /// <summary>Workflow commands of GitHub Actions, which become annotations.</summary>
    public const string GitHub = "github";

    /// <summary>Makes the option.</summary>
    /// <param name="formats">The formats of the command; the first is the default.</param>
    public static Option<string> CreateOption(params string[] formats)
    {
        var option = Choice.CreateOption("--output", "How the result is written.", formats);
        option.Aliases.Add("-o");
        return option;
    }
}
