using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Palisade.Policy.Validation;

namespace Palisade.Cli.Lint;

/// <summary>The findings as SARIF 2.1.0 (OASIS), which code scanning services read.</summary>
internal static class SarifLog
{
    private const string Schema = "https://json.schemastore.org/sarif-2.1.0.json";
    private static readonly string[] Codes = [.. FindingCodes.All, LintFinding.Unreadable];

    /// <summary>Makes the log.</summary>
    public static JsonObject From(LintReport report) =>
        new()
        {
            ["$schema"] = Schema,
            ["version"] = "2.1.0",
            ["runs"] = new JsonArray(
                new JsonObject
                {
                    ["tool"] = new JsonObject { ["driver"] = Driver() },
                    ["columnKind"] = "utf16CodeUnits",
                    ["results"] = new JsonArray([.. report.Findings.Select(Result)]),
                }
            ),
        };

    private static JsonObject Driver() =>
        new()
        {
            ["name"] = "kubectl-palisade",
            ["semanticVersion"] = CommandLine.Version.Split('+')[0],
            ["rules"] = new JsonArray([.. Codes.Select(Rule)]),
        };

    private static JsonObject Rule(string code)
    {
        var (title, explanation) = FindingTexts.Find(code);
        return new()
        {
            ["id"] = code,
            ["shortDescription"] = new JsonObject { ["text"] = title },
            ["help"] = new JsonObject { ["text"] = explanation, ["markdown"] = explanation },
            ["defaultConfiguration"] = new JsonObject { ["level"] = FindingCodes.IsWarning(code) ? "warning" : "error" },
        };
    }

    private static JsonObject Result(LintFinding finding) =>
        new()
        {
            ["ruleId"] = finding.Finding.Code,
            ["ruleIndex"] = Array.IndexOf(Codes, finding.Finding.Code),
            ["level"] = finding.Severity,
            ["message"] = new JsonObject { ["text"] = finding.Text },
            ["locations"] = new JsonArray(Location(finding)),
            ["partialFingerprints"] = new JsonObject { ["palisade/v1"] = Fingerprint(finding) },
        };

    private static JsonObject Location(LintFinding finding)
    {
        var location = new JsonObject();
        if (finding.Position.Line > 0 || finding.IsUnreadable)
        {
            var physical = new JsonObject { ["artifactLocation"] = new JsonObject { ["uri"] = UriOf(finding.Position.Path) } };
            if (finding.Position.Line > 0)
            {
                physical["region"] = new JsonObject { ["startLine"] = finding.Position.Line, ["startColumn"] = finding.Position.Column };
            }
            location["physicalLocation"] = physical;
        }
        if (finding.Object.Length > 0)
        {
            var name = $"{finding.Object} {finding.Finding.Field}";
            location["logicalLocations"] = new JsonArray(new JsonObject { ["fullyQualifiedName"] = name, ["kind"] = "object" });
        }
        return location;
    }

    /// <summary>Relative to where the program runs, which is the top of the repository in CI.</summary>
    private static string UriOf(string path)
    {
        var escaped = string.Join('/', path.Replace('\\', '/').Split('/').Select(Uri.EscapeDataString));
        return Path.IsPathRooted(path) ? $"file://{escaped}" : escaped;
    }

    /// <summary>The same as long as object, field and code are, wherever the lines go.</summary>
    private static string Fingerprint(LintFinding finding)
    {
        var text = $"{finding.Finding.Code}\n{finding.Object}\n{finding.Finding.Field}\n{finding.Finding.Value}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];
    }
}
