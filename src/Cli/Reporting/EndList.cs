using System.Text.Json.Nodes;
using Palisade.Policy;
using Palisade.Policy.Connectivity;
using Palisade.Policy.Evaluation;

namespace Palisade.Cli.Reporting;

/// <summary>The workloads and the addresses outside.</summary>
internal static class EndList
{
    private const int MaxListed = 20;

    /// <summary>All ends, by number.</summary>
    public static JsonArray From(ConnectivityAnalysis analysis, PolicyTable policies, SyntheticFacts synthetic) =>
        [.. analysis.Ends.Select(end => end.IsOutside ? Outside(end) : Workload(end, analysis, policies, synthetic))];

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
        [.. references.Select(reference => JsonValue.Create(policies[reference]))];

    private static IEnumerable<string> Ports(PodFacts pod) =>
        pod.Ports.Select(port => $"{port.Number}/{port.Protocol}{(port.Name is null ? "" : $" {port.Name}")}");

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => JsonValue.Create(text))];
}
