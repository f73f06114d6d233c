using System.CommandLine;
using System.CommandLine.Help;
using System.Reflection;
using Palisade.Cli.Completion;
using Palisade.Cli.Diff;
using Palisade.Cli.Expand;
using Palisade.Cli.Explain;
using Palisade.Cli.Labs;
using Palisade.Cli.Lint;
using Palisade.Cli.Reporting;
using Palisade.Cli.Rules;
using Palisade.Cli.Status;

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
