namespace Palisade.Cli.Lint;

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
