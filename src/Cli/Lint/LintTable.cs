using Spectre.Console;

namespace Palisade.Cli.Lint;

/// <summary>
/// Writes findings as human-readable text: grouped by file and wrapped on a terminal, in a pipe a line each, as compilers write them.
/// </summary>
internal static class LintTable
{
    /// <summary>Writes them, and the sum.</summary>
    public static void Write(LintReport report, CliConsole console)
    {
        if (console.IsTerminal)
        {
            WriteGrouped(report, console.Output);
        }
        else
        {
            foreach (var finding in report.Findings)
            {
                console.Plain.Write($"{finding.Position}: {finding.Severity}: {Lead(finding)}{finding.Text} [{finding.Finding.Code}]\n");
            }
        }
        console.Output.WriteLine(report.Summary);
    }

    private static string Lead(LintFinding finding) => finding.IsUnreadable ? "" : finding.Object + ": ";

    private static void WriteGrouped(LintReport report, IAnsiConsole output)
    {
        foreach (var file in report.Findings.GroupBy(finding => finding.Position.Path, StringComparer.Ordinal))
        {
            output.MarkupLine($"[bold]{Markup.Escape(file.Key)}[/]");
            var places = file.ToDictionary(finding => finding, PlaceOf);
            var width = places.Values.Max(place => place.Length);
            foreach (var finding in file)
            {
                var colour = finding.IsError ? "red" : "yellow";
                var place = places[finding].PadLeft(width);
                output.MarkupLine(
                    $"  [grey]{place}[/] [{colour}]{finding.Severity, -7}[/] {finding.Finding.Code} [grey]{Markup.Escape(finding.Object)}[/]"
                );
                output.Write(new Padder(new Text(finding.Text), new Padding(width + 3, 0, 0, 0)));
            }
            output.WriteLine();
        }
    }

    private static string PlaceOf(LintFinding finding) =>
        finding.Position.Line == 0 ? "" : $"{finding.Position.Line}:{finding.Position.Column}";
}
