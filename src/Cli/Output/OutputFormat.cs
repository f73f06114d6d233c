using System.CommandLine;

namespace Palisade.Cli.Output;

/// <summary>The option that says how results are written, and the names of the formats.</summary>
internal static class OutputFormat
{
    /// <summary>For people: in colour and wrapped on a terminal, a line for each thing in a pipe.</summary>
    public const string Table = "table";

    public const string Json = "json";

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

/// <summary>Options of which the value is one of a few words.</summary>
internal static class Choice
{
    /// <summary>Makes an option.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="words">The words; the first is the default.</param>
    public static Option<string> CreateOption(string name, string description, params string[] words)
    {
        var option = new Option<string>(name)
        {
            Description = description,
            HelpName = string.Join('|', words),
            DefaultValueFactory = _ => words[0],
        };
        option.CompletionSources.Add(words);
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !words.Contains(token.Value, StringComparer.Ordinal))
            {
                result.AddError($"{name}: \"{token.Value}\" must be {string.Join(", ", words[..^1])} or {words[^1]}");
            }
        });
        return option;
    }
}
