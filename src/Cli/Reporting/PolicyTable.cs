using System.Text.Json;
using System.Text.Json.Nodes;
using Palisade.Cli.Input;
using Palisade.Policy;
using Palisade.Policy.Connectivity;
using Palisade.Policy.Evaluation;

namespace Palisade.Cli.Reporting;

/// <summary>The policies in force, by number, with their rules and the place where their author can change them.</summary>
internal sealed class PolicyTable
{
    private readonly Dictionary<PolicyReference, int> _numbers = [];
    private readonly JsonArray _policies = [];

    /// <summary>Gathers the policies of a cluster.</summary>
    public PolicyTable(LoadedCluster cluster)
    {
        var places = cluster
            .Manifests.Manifests.GroupBy(manifest =>
                (manifest.Object.Kind, (string?)manifest.Object.Metadata.NamespaceProperty, manifest.Object.Metadata.Name)
            )
            .ToDictionary(group => group.Key, group => group.First().Position.ToString());
        foreach (var policy in cluster.Snapshot.Policies)
        {
            if (!_numbers.TryAdd(new(policy.Namespace, policy.Name), _policies.Count))
            {
                continue;
            }
            var owner = policy.StampedBy;
            var key = owner is null ? ("NetworkPolicy", policy.Namespace, policy.Name) : (owner.Kind, (string?)null, owner.Name);
            _policies.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["namespace"] = policy.Namespace,
                        ["name"] = policy.Name,
                        ["owner"] = owner is null ? null : $"{owner.Kind} {owner.Name}",
                        ["place"] = cluster.IsLive ? null : places.GetValueOrDefault(key),
                        ["spec"] = JsonSerializer.SerializeToNode(policy.Spec, ModelsJson.Contract<V1NetworkPolicySpec>()),
                    }
            );
        }
    }

    /// <summary>Number of the policy.</summary>
    public int this[PolicyReference policy] => _numbers[policy];

    /// <summary>The policies, by number.</summary>
    public JsonArray ToJson() => _policies;
}

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
            new([.. analysis.Ends.Select(end => new JsonArray([.. analysis.RulesOf(end, direction).Select(Rule)]))]);

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

/// <summary>Sets of ports by number, each once; 0 is the empty one, 1 every port.</summary>
internal sealed class PortTable
{
    private readonly Dictionary<PortSet, int> _numbers = new() { [PortSet.Empty] = 0, [PortSet.All] = 1 };

    /// <summary>Number of the set.</summary>
    public int this[PortSet ports]
    {
        get
        {
            if (!_numbers.TryGetValue(ports, out var number))
            {
                _numbers[ports] = number = _numbers.Count;
            }
            return number;
        }
    }

    /// <summary>The sets as people write them, by number.</summary>
    public JsonArray ToJson() => new([.. _numbers.OrderBy(item => item.Value).Select(item => JsonValue.Create(item.Key.ToString()))]);
}

/// <summary>Lists of numbers in short: each number once, with how often it follows.</summary>
internal static class Runs
{
    /// <summary>count, number, count, number ...</summary>
    public static JsonArray Encode(IEnumerable<int> numbers)
    {
        var runs = new List<(int Count, int Number)>();
        foreach (var number in numbers)
        {
            if (runs.Count > 0 && runs[^1].Number == number)
            {
                runs[^1] = (runs[^1].Count + 1, number);
            }
            else
            {
                runs.Add((1, number));
            }
        }
        return [.. runs.SelectMany(run => (JsonNode[])[run.Count, run.Number])];
    }
}
