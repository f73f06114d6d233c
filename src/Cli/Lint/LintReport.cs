using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Palisade.Cli.Output;
using Spectre.Console;

namespace Palisade.Cli.Lint;

/// <summary>All that <c>lint</c> found.</summary>
/// <param name="Policies">The policies, in the order of files and of documents in them.</param>
/// <param name="Unreadable">Documents that could not be read.</param>
internal sealed record LintReport(ImmutableArray<LintedPolicy> Policies, ImmutableArray<LintFinding> Unreadable)
{
    /// <summary>Everything, by file in the order of reading, then by place.</summary>
    public ImmutableArray<LintFinding> Findings { get; } =
    [
        .. Policies
            .SelectMany(policy => policy.Findings)
            .Concat(Unreadable)
            .GroupBy(finding => finding.Position.Path, StringComparer.Ordinal)
            .OrderBy(file => file.Key, StringComparer.Ordinal)
            .SelectMany(file => file.OrderBy(finding => (finding.Position.Line, finding.Position.Column))),
    ];

    /// <summary>How many errors there are.</summary>
    public int Errors => Findings.Count(finding => finding.IsError);

    /// <summary>How many warnings there are.</summary>
    public int Warnings => Findings.Length - Errors;

    /// <summary>The sum, in a sentence.</summary>
    public string Summary
    {
        get
        {
            var policies = Count(Policies.Length, "policy", "policies");
            return Findings.IsEmpty
                ? $"{policies}, nothing found"
                : $"{policies}: {Count(Errors, "error", "errors")}, {Count(Warnings, "warning", "warnings")}";
        }
    }

    private static string Count(int number, string one, string many) => number == 0 ? $"no {many}" : Quantity.Format(number, one, many);
}

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

/// <summary>The findings as JSON.</summary>
internal static class LintJson
{
    /// <summary>Makes the document.</summary>
    public static JsonObject From(LintReport report) =>
        new()
        {
            ["policies"] = report.Policies.Length,
            ["errors"] = report.Errors,
            ["warnings"] = report.Warnings,
            ["findings"] = new JsonArray([.. report.Findings.Select(From)]),
        };

    private static JsonObject From(LintFinding finding) =>
        new JsonObject
        {
            ["file"] = finding.Position.Path,
            ["line"] = finding.Position.Line == 0 ? null : finding.Position.Line,
            ["column"] = finding.Position.Line == 0 ? null : finding.Position.Column,
            ["severity"] = finding.Severity,
            ["code"] = finding.Finding.Code,
            ["object"] = finding.Object.Length == 0 ? null : finding.Object,
            ["field"] = finding.Finding.Field.Length == 0 ? null : finding.Finding.Field,
            ["value"] = finding.Finding.Value,
            ["message"] = finding.Finding.Message,
        }.WithoutNulls();
}

/// <summary>The findings as workflow commands of GitHub Actions, which shows them beside the lines of a pull request.</summary>
internal static class GitHubAnnotations
{
    /// <summary>Writes a command for each.</summary>
    public static void Write(LintReport report, TextWriter output)
    {
        foreach (var finding in report.Findings)
        {
            var (path, line, column) = finding.Position;
            var place = line == 0 ? "" : $"file={Property(path)},line={line},col={column},";
            var lead = finding.Object.Length == 0 ? "" : finding.Object + ": ";
            output.Write($"::{finding.Severity} {place}title={Property(finding.Finding.Code)}::{Data(lead + finding.Text)}\n");
        }
    }

    private static string Data(string text) =>
        text.Replace("%", "%25", StringComparison.Ordinal)
            .Replace("\r", "%0D", StringComparison.Ordinal)
            .Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) =>
        Data(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
}
