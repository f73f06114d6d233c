using System.Globalization;
using System.Xml;

namespace Palisade.Cli.Lint;

/// <summary>
/// The findings in the XML that JUnit made common: a suite for each file, a test for each policy. What does not fail a test stands in
/// its output.
/// </summary>
internal sealed class JUnitReport
{
    private static readonly XmlWriterSettings Settings = new()
    {
        Indent = true,
        NewLineChars = "\n",
        OmitXmlDeclaration = true,
    };

    private readonly LintReport _report;
    private readonly bool _failOnWarnings;

    private JUnitReport(LintReport report, bool failOnWarnings) => (_report, _failOnWarnings) = (report, failOnWarnings);

    /// <summary>Writes the report.</summary>
    /// <param name="report">What was found.</param>
    /// <param name="failOnWarnings">Whether a test fails for a warning too.</param>
    /// <param name="output">Takes it.</param>
    public static void Write(LintReport report, bool failOnWarnings, TextWriter output) =>
        new JUnitReport(report, failOnWarnings).Write(output);

    private void Write(TextWriter output)
    {
        output.Write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        using (var writer = XmlWriter.Create(output, Settings))
        {
            var errors = _report.Policies.Count(Fails);
            writer.WriteStartElement("testsuites");
            writer.WriteAttributeString("name", "kubectl palisade lint");
            WriteCounts(writer, _report.Policies.Length + _report.Unreadable.Length, errors, _report.Unreadable.Length);
            var files = _report
                .Policies.Select(policy => policy.Position.Path)
                .Concat(_report.Unreadable.Select(error => error.Position.Path))
                .Distinct(StringComparer.Ordinal);
            foreach (var file in files.Order(StringComparer.Ordinal))
            {
                WriteSuite(writer, file);
            }
            writer.WriteEndElement();
        }
        output.Write('\n');
    }

    private bool Fails(LintFinding finding) => finding.IsError || _failOnWarnings;

    private bool Fails(LintedPolicy policy) => policy.Findings.Any(Fails);

    private void WriteSuite(XmlWriter writer, string file)
    {
        var policies = _report.Policies.Where(policy => policy.Position.Path == file).ToList();
        var unreadable = _report.Unreadable.Where(error => error.Position.Path == file).ToList();
        writer.WriteStartElement("testsuite");
        writer.WriteAttributeString("name", file);
        writer.WriteAttributeString("file", file);
        WriteCounts(writer, policies.Count + unreadable.Count, policies.Count(Fails), unreadable.Count);
        foreach (var policy in policies)
        {
            StartTest(writer, file, policy.Name);
            WriteProblem(writer, "failure", [.. policy.Findings.Where(Fails)]);
            var rest = policy.Findings.Where(finding => !Fails(finding)).ToList();
            if (rest.Count > 0)
            {
                writer.WriteElementString("system-out", Lines(rest));
            }
            writer.WriteEndElement();
        }
        foreach (var error in unreadable)
        {
            StartTest(writer, file, $"document at {error.Position.Line.ToString(CultureInfo.InvariantCulture)}");
            WriteProblem(writer, "error", [error]);
            writer.WriteEndElement();
        }
        writer.WriteEndElement();
    }

    private static void WriteCounts(XmlWriter writer, int tests, int failures, int errors)
    {
        foreach (var (name, value) in (ReadOnlySpan<(string, int)>)[("tests", tests), ("failures", failures), ("errors", errors)])
        {
            writer.WriteAttributeString(name, value.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void StartTest(XmlWriter writer, string file, string name)
    {
        writer.WriteStartElement("testcase");
        writer.WriteAttributeString("name", name);
        writer.WriteAttributeString("classname", file);
    }

    private static void WriteProblem(XmlWriter writer, string element, IReadOnlyList<LintFinding> findings)
    {
        if (findings.Count == 0)
        {
            return;
        }
        writer.WriteStartElement(element);
        writer.WriteAttributeString("type", findings[0].Finding.Code);
        writer.WriteAttributeString("message", findings.Count == 1 ? findings[0].Text : $"{findings.Count} findings");
        writer.WriteString(Lines(findings));
        writer.WriteEndElement();
    }

    private static string Lines(IEnumerable<LintFinding> findings) =>
        string.Join('\n', findings.Select(finding => $"{finding.Position}: {finding.Severity}: {finding.Text} [{finding.Finding.Code}]"));
}
