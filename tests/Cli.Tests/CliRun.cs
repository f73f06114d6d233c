using Palisade.Lab.Sandboxing;
using Palisade.Testing;

namespace Palisade.Cli.Tests;

/// <summary>What a command wrote and how it ended; run inside the test's process, 80 columns wide, without colour.</summary>
public sealed record CliRun(int ExitCode, string Output, string Error)
{
    // Paths are named, and shown, as from the top of the repository.
    static CliRun() => Environment.CurrentDirectory = Repository.Root;

    public static Task<CliRun> RunAsync(params string[] args) => RunAsync("", isTerminal: false, args);

    /// <summary>Runs with its results on a terminal.</summary>
    public static Task<CliRun> RunOnTerminalAsync(params string[] args) => RunAsync("", isTerminal: true, args);

    public static Task<CliRun> RunWithInputAsync(string input, params string[] args) => RunAsync(input, isTerminal: false, args);

    private static async Task<CliRun> RunAsync(string input, bool isTerminal, string[] args)
    {
        Sandbox.EnsureInside();
        using var reader = new StringReader(input);
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var ansi = CliConsole.Create(output, colourless: true);
        ansi.Profile.Width = 80;
        ansi.Profile.Capabilities.Unicode = true;
        var console = new CliConsole(reader, ansi, error) { IsTerminal = isTerminal };
        var exitCode = await CommandLine.RunAsync(args, console, TestContext.Current.CancellationToken);
        return new(exitCode, Trimmed(output), Trimmed(error));
    }

    /// <summary>Blanks at the ends of lines are of no matter.</summary>
    private static string Trimmed(StringWriter writer) => string.Join('\n', writer.ToString().Split('\n').Select(line => line.TrimEnd()));
}
