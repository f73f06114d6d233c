using System.Text.Json.Nodes;
using Palisade.Policy;
using Palisade.Policy.Connectivity;

namespace Palisade.Cli.Reporting;

/// <summary>The rules that apply to each workload, and what each allows. Rows that many workloads share are kept once.</summary>
internal static class RuleTable
{
    /// <summary><c>rows</c>, and for each end and direction its rules: policy, number of the rule, row.</summary>
    public static JsonObject From(ConnectivityAnalysis analysis, PolicyTable policies, PortTable ports)
    {
        var (rows, numbers) = (new JsonArray(), new Dictionary<string, int>(StringComparer.Ordinal));
        return new()
        {
            ["ingress"] = Direction(Directions.Ingress),
            ["egress"] = Direction(Directions.Egress),
            ["rows"] = rows,
        };

        JsonArray Direction(string direction) =>
            [.. analysis.Ends.Select(end => new JsonArray([.. analysis.RulesOf(end, direction).Select(Rule)]))];

        JsonNode Rule(RuleRow rule)
        {
            var runs = Runs.Encode(rule.Ports.Select(set => ports[set]));
            var key = runs.ToJsonString();
            if (!numbers.TryGetValue(key, out var number))
            {
                numbers[key] = number = rows.Count;
                rows.Add((JsonNode)runs);
            }
            return new JsonArray(policies[rule.Policy], rule.Number, number);
        }
    }
}
