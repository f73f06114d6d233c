using System.CommandLine;

namespace Palisade.Cli.Output;

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
