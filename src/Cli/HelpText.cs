using System.Text.RegularExpressions;

namespace Palisade.Cli;

/// <summary>What a command's help says.</summary>
internal static partial class HelpText
{
    /// <summary>What precedes the example; a test finds and runs what follows.</summary>
    public const string Heading = "Example:";

    /// <summary>The description with the example at its end. Lines are joined: the help wraps them to the terminal.</summary>
    public static string Format(string description, string example) =>
        $"{LineEndInParagraph().Replace(description, " ")}\n\n{Heading}\n  {example}";

    /// <summary>The beginning of a description that fits into a list of commands.</summary>
    public static string SummaryOf(string description) => description.Split(':', '.')[0];

    [GeneratedRegex(@"(?<!\n)\n(?!\n)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LineEndInParagraph();
}
