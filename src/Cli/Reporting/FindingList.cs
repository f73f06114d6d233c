using System.Text.Json.Nodes;
using Palisade.Cli.Input;
using Palisade.Cli.Lint;
using Palisade.Cli.Manifests;
using Palisade.Policy.Expansion;

namespace Palisade.Cli.Reporting;

/// <summary>What <c>lint</c> says of the policies.</summary>
internal static class FindingList
{
    /// <summary>The findings, in the order of reading.</summary>
    public static JsonArray From(LoadedCluster cluster, KubernetesVersion version, IProgress<double> progress)
    {
        // What a custom resource stamps is not its author's to fix.
        var report = Linter.Lint(
            cluster.AsRead,
            cluster.IsLive,
            new() { KubernetesVersion = version },
            manifest => !IsStamped(manifest),
            progress
        );
        return [.. report.Findings.Select(Row)];
    }

    private static bool IsStamped(Manifest manifest) =>
        manifest.Object is V1NetworkPolicy policy && PolicyNames.OwnerOf(policy) is not null;

    private static JsonObject Row(LintFinding finding) =>
        new()
        {
            ["code"] = finding.Finding.Code,
            ["severity"] = finding.Severity,
            ["object"] = finding.Object,
            ["text"] = finding.Text,
            ["place"] = finding.Position.ToString(),
        };
}
