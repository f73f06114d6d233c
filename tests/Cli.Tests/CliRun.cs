using Palisade.Lab.Sandboxing;

namespace Palisade.Cli.Tests;

/// <summary>What a command wrote and how it ended; run inside the test's process, 80 columns wide, without colour.</summary>
public sealed record CliRun(int ExitCode, string Output, string Error)
{
    public static Task<CliRun> RunAsync(params string[] args) => RunWithInputAsync("", args);

    public static async Task<CliRun> RunWithInputAsync(string input, params string[] args)
    {
        Sandbox.EnsureInside();
        using var reader = new StringReader(input);
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var console = CliConsole.Create(output, colourless: true);
        console.Profile.Width = 80;
        console.Profile.Capabilities.Unicode = true;
        var exitCode = await CommandLine.RunAsync(args, new CliConsole(reader, console, error), TestContext.Current.CancellationToken);
        return new(exitCode, Trimmed(output), Trimmed(error));
    }

    /// <summary>Blanks at the ends of lines are of no matter.</summary>
    private static string Trimmed(StringWriter writer) => string.Join('\n', writer.ToString().Split('\n').Select(line => line.TrimEnd()));
}
