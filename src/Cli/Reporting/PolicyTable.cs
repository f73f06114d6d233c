using System.Text.Json;
using System.Text.Json.Nodes;
using Palisade.Cli.Input;
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
