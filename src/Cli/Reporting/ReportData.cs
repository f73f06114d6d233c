using System.Text.Json.Nodes;
using Palisade.Cli.Input;
using Palisade.Cli.Lint;
using Palisade.Cli.Manifests;
using Palisade.Cli.Output;
using Palisade.Policy;
using Palisade.Policy.Connectivity;
using Palisade.Policy.Evaluation;
using Palisade.Policy.Expansion;

namespace Palisade.Cli.Reporting;

/// <summary>What the page shows, as it is given to its script.</summary>
/// <param name="Document">The data; the page's <c>model.js</c> says what each field is.</param>
/// <param name="Summary">What it is about, in a sentence.</param>
internal sealed record ReportData(JsonObject Document, string Summary)
{
    /// <summary>Gathers all that the page shows of a cluster.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="title">Where it was read from.</param>
    /// <param name="version">Version of the API server that the policies are for.</param>
    /// <param name="progress">Told how far the checking is.</param>
    public static ReportData From(LoadedCluster cluster, string title, KubernetesVersion version, IProgress<double> progress)
    {
        var analysis = ConnectivityAnalysis.From(cluster.Snapshot);
        var ports = new PortTable();
        var policies = new PolicyTable(cluster);
        var flows = FlowTable.From(analysis, ports);
        var rules = RuleTable.From(analysis, policies, ports);
        var findings = FindingList.From(cluster, version, progress);
        var workloads = analysis.Ends.Count(end => !end.IsOutside);
        var document = new JsonObject
        {
            ["title"] = title,
            ["version"] = CommandLine.Version,
            ["ends"] = EndList.From(analysis, policies, cluster.Snapshot.Synthetic),
            ["policies"] = policies.ToJson(),
            ["rules"] = rules,
            ["flows"] = flows,
            ["ports"] = ports.ToJson(),
            ["findings"] = findings,
        };
        return new(
            document,
            $"{Quantity.Format(workloads, "workload", "workloads")}, {Quantity.Format(cluster.Snapshot.Policies.Length, "policy", "policies")}, {Quantity.Format(findings.Count, "finding", "findings")}"
        );
    }
}

/// <summary>The workloads and the addresses outside.</summary>
internal static class EndList
{
    private const int MaxListed = 20;

    /// <summary>All ends, by number.</summary>
    public static JsonArray From(ConnectivityAnalysis analysis, PolicyTable policies, SyntheticFacts synthetic) =>
        new([.. analysis.Ends.Select(end => end.IsOutside ? Outside(end) : Workload(end, analysis, policies, synthetic))]);

    private static JsonObject Outside(ConnectivityEnd end) =>
        new()
        {
            ["name"] = end.Name,
            ["blocks"] = Texts(end.Addresses.ToCidrs().Take(MaxListed).Select(block => block.ToString())),
            ["blockCount"] = end.Addresses.ToCidrs().Count,
        };

    private static JsonObject Workload(
        ConnectivityEnd end,
        ConnectivityAnalysis analysis,
        PolicyTable policies,
        SyntheticFacts synthetic
    ) =>
        new()
        {
            ["namespace"] = end.Namespace,
            ["name"] = end.Name,
            ["kind"] = IsPlaceholder(end, synthetic) ? $"{end.OwnerKind} (placeholder)" : end.OwnerKind,
            ["pods"] = Texts(end.Pods.Take(MaxListed).Select(pod => pod.Name)),
            ["podCount"] = end.Pods.Length,
            ["labels"] = Texts(end.Pods[0].Labels.Select(label => $"{label.Key}={label.Value}").Order(StringComparer.Ordinal)),
            ["ports"] = Texts(Ports(end.Pods[0])),
            ["ingress"] = Numbers(analysis.IsolatedBy(end, Directions.Ingress), policies),
            ["egress"] = Numbers(analysis.IsolatedBy(end, Directions.Egress), policies),
        };

    private static bool IsPlaceholder(ConnectivityEnd end, SyntheticFacts synthetic) =>
        synthetic.Placeholders.Contains((end.Pods[0].Namespace, end.Pods[0].Name));

    private static JsonArray Numbers(IEnumerable<PolicyReference> references, PolicyTable policies) =>
        new([.. references.Select(reference => JsonValue.Create(policies[reference]))]);

    private static IEnumerable<string> Ports(PodFacts pod) =>
        pod.Ports.Select(port => $"{port.Number}/{port.Protocol}{(port.Name is null ? "" : $" {port.Name}")}");

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}

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
        return new([.. report.Findings.Select(Row)]);
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

/// <summary>What each end may open to each other.</summary>
internal static class FlowTable
{
    /// <summary>A row for each source: the numbers of the sets of ports by destination, as runs; the pairs that depend on the family; and what depends on where pods get their addresses.</summary>
    public static JsonObject From(ConnectivityAnalysis analysis, PortTable ports)
    {
        var (rows, byFamily, unsure) = (new JsonArray(), new JsonArray(), new JsonArray());
        foreach (var source in analysis.Ends)
        {
            var row = new int[analysis.Ends.Length];
            foreach (var destination in analysis.Ends.Where(destination => !(source.IsOutside && destination.IsOutside)))
            {
                var reach = analysis.Between(source, destination);
                row[destination.Index] = ports[reach.Allowed];
                if (!reach.Unsure.IsEmpty)
                {
                    unsure.Add((JsonNode)new JsonArray(source.Index, destination.Index, ports[reach.Unsure]));
                }
                if (reach.DependsOnFamily)
                {
                    byFamily.Add((JsonNode)new JsonArray(source.Index, destination.Index));
                }
            }
            rows.Add((JsonNode)Runs.Encode(row));
        }
        return new()
        {
            ["rows"] = rows,
            ["byFamily"] = byFamily,
            ["unsure"] = unsure,
        };
    }
}
