using System.Security.Cryptography;
using System.Text;

namespace Palisade.Cli.Reporting;

/// <summary>
/// The page: a frame, styles and scripts that are files beside this one, and the data. The data is JSON in which everything that could
/// be markup is escaped, in an element that no browser runs, and the scripts make text of it, never markup; should that fail, the
/// content security policy lets nothing run but these very scripts, and nothing be fetched.
/// </summary>
internal static class ReportPage
{
    private static readonly string[] Styles = ["theme.css", "frame.css", "map.css", "matrix.css", "details.css"];

    private static readonly string[] Scripts =
    [
        "dom.js",
        "model.js",
        "yaml.js",
        "layout.js",
        "state.js",
        "map.js",
        "matrix.js",
        "details.js",
        "findings.js",
        "search.js",
        "page.js",
    ];

    /// <summary>The whole file.</summary>
    public static string Render(ReportData data)
    {
        var style = string.Concat(Styles.Select(Read));
        var script = $"(() => {{\n\"use strict\";\n{string.Concat(Scripts.Select(Read))}}})();\n";
        return Read("report.html")
            .Replace("{{policy}}", Policy(style, script), StringComparison.Ordinal)
            .Replace("{{style}}", style, StringComparison.Ordinal)
            .Replace("{{script}}", script, StringComparison.Ordinal)
            // Last, so that nothing in it is taken for a place to fill.
            .Replace("{{data}}", data.Document.ToJsonString(), StringComparison.Ordinal);
    }

    private static string Policy(string style, string script) =>
        $"default-src 'none'; style-src {Source(style)}; script-src {Source(script)}; base-uri 'none'; form-action 'none'";

    private static string Source(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";

    private static string Read(string name)
    {
        using var stream = typeof(ReportPage).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
