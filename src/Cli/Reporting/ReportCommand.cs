using System.CommandLine;
using Palisade.Cli.Input;

namespace Palisade.Cli.Reporting;

/// <summary><c>report</c>: the map of a cluster as a page for the browser.</summary>
internal static class ReportCommand
{
    private const string DefaultFile = "palisade-report.html";

    private const string Description = """
        Write a page for the browser: who may reach whom, as a map and as a matrix, which policies and rules decide it, and what lint finds.
        One file that needs no network and no server, to send or to keep.

        Exit code: 0 when it is written, 2 for bad input.
        """;

    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        var command = new Command(
            "report",
            HelpText.Format(Description, "kubectl palisade report -f config/samples/shop --to report.html")
        );
        var input = InputOptions.AddTo(command);
        var file = new Option<string>("--to")
        {
            Description = "File to write, or - for standard output.",
            HelpName = "FILE",
            DefaultValueFactory = _ => DefaultFile,
        };
        command.Options.Add(file);
        var version = KubernetesVersionOption.AddTo(command);
        command.SetAction(
            (parsed, cancellationToken) =>
                RunAsync(input.Read(parsed), parsed.GetRequiredValue(file), parsed.GetValue(version), console, cancellationToken)
        );
        return command;
    }

    private static async Task<int> RunAsync(
        InputSelection selection,
        string file,
        KubernetesVersion? version,
        CliConsole console,
        CancellationToken cancellationToken
    )
    {
        if (await LoadedCluster.LoadAsync(selection, console, cancellationToken) is not { } cluster)
        {
            return ExitCode.Usage;
        }
        var title = selection.IsLive ? "live cluster" : string.Join(' ', selection.Files);
        using var bar = ProgressBar.Start(console, "checking");
        var data = ReportData.From(cluster, title, KubernetesVersionOption.Choose(version, cluster.AsRead), bar);
        bar.Dispose();
        var page = ReportPage.Render(data);
        if (file == "-")
        {
            await console.Plain.WriteAsync(page);
            return ExitCode.Clean;
        }
        try
        {
            await File.WriteAllTextAsync(file, page, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            await console.Error.WriteLineAsync($"{file}: {exception.Message}");
            return ExitCode.Usage;
        }
        await console.Plain.WriteLineAsync($"{file}: {data.Summary}");
        return ExitCode.Clean;
    }
}
