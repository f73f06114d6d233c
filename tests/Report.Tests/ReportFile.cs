using Palisade.Cli;

namespace Palisade.Report.Tests;

/// <summary>A report, made of manifests by the command; gone at the end.</summary>
public sealed class ReportFile : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("palisade-report-");

    private ReportFile() { }

    /// <summary>Where the page is.</summary>
    public string Path => System.IO.Path.Join(_directory.FullName, "report.html");

    /// <summary>What the command said.</summary>
    public string Said { get; private set; } = "";

    public static async Task<ReportFile> OfAsync(string manifests)
    {
        var report = new ReportFile();
        var input = System.IO.Path.Join(report._directory.FullName, "cluster.yaml");
        await File.WriteAllTextAsync(input, manifests, TestContext.Current.CancellationToken);
        await report.WriteAsync(input);
        return report;
    }

    public static async Task<ReportFile> OfDirectoryAsync(string directory)
    {
        var report = new ReportFile();
        await report.WriteAsync(directory);
        return report;
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private async Task WriteAsync(string input)
    {
        using var reader = new StringReader("");
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var console = new CliConsole(reader, CliConsole.Create(output, colourless: true), error);
        var exitCode = await CommandLine.RunAsync(["report", "-f", input, "--to", Path], console, TestContext.Current.CancellationToken);
        exitCode.ShouldBe(ExitCode.Clean, error.ToString());
        Said = output.ToString();
    }
}
