using System.Text.Json.Nodes;
using Palisade.Cli.Input;
using Palisade.Cli.Output;
using Palisade.Policy.Connectivity;

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
