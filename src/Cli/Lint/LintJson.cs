using System.Text.Json.Nodes;
using Palisade.Cli.Output;

namespace Palisade.Cli.Lint;

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
