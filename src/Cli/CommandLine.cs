using System.CommandLine;
using System.CommandLine.Help;
using System.Reflection;
using System.Text.RegularExpressions;
using Palisade.Cli.Completion;
using Palisade.Cli.Diff;
using Palisade.Cli.Expand;
using Palisade.Cli.Explain;
using Palisade.Cli.Labs;
using Palisade.Cli.Lint;
using Palisade.Cli.Reporting;
using Palisade.Cli.Rules;
using Palisade.Cli.Status;
using Palisade.Policy.Validation;

namespace Palisade.Cli;

/// <summary>The command line: a command each in a directory of its own.</summary>
internal static class CommandLine
{
    /// <summary>Version of the program, as <c>version</c> prints it.</summary>
    public static string Version { get; } =
        typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Parses and runs.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, CliConsole console, CancellationToken cancellationToken)
    {
        var root = new RootCommand("Cluster-wide network policy: see it, explain it, try it, without a cluster.")
        {
            LintCommand.Create(console),
            ExplainCommand.Create(console),
            DiffCommand.Create(console),
            ReportCommand.Create(console),
            ExpandCommand.Create(console),
            RulesCommand.Create(console),
            StatusCommand.Create(console),
            LabCommand.Create(console),
            CompletionCommand.Create(console),
            CreateVersion(console),
        };
        // The usual one is also /h and /?, which are files here.
        root.Options.Remove(root.Options.OfType<HelpOption>().Single());
        root.Options.Add(new HelpOption("--help", "-h"));
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var mistake in UsageMistakes.Find(parsed))
            {
                await console.Error.WriteLineAsync($"kubectl palisade: {mistake}");
            }
            var command = string.Join(
                ' ',
                new[] { "kubectl palisade", parsed.CommandResult.Command.Name }.Except([root.Name], StringComparer.Ordinal)
            );
            await console.Error.WriteLineAsync($"Try '{command} --help'.");
            return ExitCode.Usage;
        }
        if (parsed.CommandResult.Command == root)
        {
            // In the list of commands the beginning of each description is enough.
            foreach (var command in root.Subcommands)
            {
                command.Description = HelpText.SummaryOf(command.Description!);
            }
        }
        var configuration = new InvocationConfiguration
        {
            Output = console.Output.Profile.Out.Writer,
            Error = console.Error,
            // A fault of the program ends it as the runtime does, and never with an exit code that means something else.
            EnableDefaultExceptionHandler = false,
        };
        try
        {
            return await parsed.InvokeAsync(configuration, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
    }

    private static Command CreateVersion(CliConsole console)
    {
        var command = new Command("version", "Show the version of this program.");
        command.SetAction(_ =>
        {
            console.Output.Profile.Out.Writer.WriteLine($"kubectl-palisade {Version}");
            return ExitCode.Clean;
        });
        return command;
    }
}

/// <summary>What the program's exit codes mean; the same for every command.</summary>
internal static class ExitCode
{
    /// <summary>All is well.</summary>
    public const int Clean = 0;

    /// <summary>The command found what it looks for: findings, differences.</summary>
    public const int Findings = 1;

    /// <summary>The command line or the input is not usable.</summary>
    public const int Usage = 2;

    /// <summary>The user ended it (128 and the number of SIGINT, as shells have it).</summary>
    public const int Interrupted = 130;
}

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
