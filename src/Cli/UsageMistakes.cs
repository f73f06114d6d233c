using System.CommandLine;
using Palisade.Policy.Validation;

namespace Palisade.Cli;

/// <summary>Says what is wrong with a command line, and what may be meant.</summary>
internal static class UsageMistakes
{
    /// <summary>The mistakes, a line each.</summary>
    public static IEnumerable<string> Find(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (command.Subcommands.Count > 0)
        {
            // Without a command nothing that follows can be understood.
            var names = command.Subcommands.Select(item => item.Name).ToList();
            return
            [
                parsed.UnmatchedTokens is [var first, ..]
                    ? $"there is no {(IsOption(first) ? "option" : "command")} {first}{Meant(first, names)}"
                    : $"which command? There are {string.Join(", ", names)}",
            ];
        }
        var unmatched = parsed.UnmatchedTokens.ToHashSet(StringComparer.Ordinal);
        // What follows an option that there is not may be its value.
        var told = unmatched.Any(IsOption) ? unmatched.Where(IsOption) : unmatched;
        return parsed
            .Errors.Select(error => error.Message)
            .Where(message => !unmatched.Any(token => message.Contains($"'{token}'", StringComparison.Ordinal)))
            .Concat(told.Select(token => Unmatched(token, command)));
    }

    private static string Unmatched(string token, Command command)
    {
        if (IsOption(token))
        {
            return $"there is no option {token}{Meant(token, command.Options.Select(option => option.Name))}";
        }
        var hint = command.Options.Any(option => option.Aliases.Contains("-f", StringComparer.Ordinal)) ? "; files are given by -f" : "";
        return $"\"{token}\" has no place here{hint}";
    }

    private static bool IsOption(string token) => token.StartsWith('-');

    private static string Meant(string written, IEnumerable<string> possible) =>
        EditDistance.Nearest(written, possible) is { } nearest ? $": did you mean {nearest}?" : "";
}
