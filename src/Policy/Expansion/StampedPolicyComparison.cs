using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Palisade.Policy.Expansion;

/// <summary>Compares a NetworkPolicy of the cluster with what should be there.</summary>
public static class StampedPolicyComparison
{
    /// <summary>
    /// Paths of the fields in which the live object is not as it should be; empty when nothing needs to be written. What the API
    /// server fills in counts as given: protocol TCP, policyTypes, an absent list for an empty one. Labels, annotations and owners
    /// that others added do not count.
    /// </summary>
    public static IReadOnlyList<string> Differences(V1NetworkPolicy live, V1NetworkPolicy desired)
    {
        ArgumentNullException.ThrowIfNull(live);
        ArgumentNullException.ThrowIfNull(desired);
        var differences = new List<string>();
        var (actual, wanted) = (live.Metadata ?? new V1ObjectMeta(), desired.Metadata ?? new V1ObjectMeta());
        CompareLabels(actual, wanted, differences);
        CompareOwners(actual, wanted, differences);
        if (!ReferenceEquals(live.Spec, desired.Spec))
        {
            Compare(Normalized(live.Spec), Normalized(desired.Spec), "spec", differences);
        }

        return differences;
    }

    /// <summary>
    /// Paths of fields that should be there and that the live object lacks altogether. Right after a write that was taken, these are
    /// fields the API server is too old to know and has dropped.
    /// </summary>
    public static IReadOnlyList<string> MissingFields(V1NetworkPolicy live, V1NetworkPolicy desired)
    {
        ArgumentNullException.ThrowIfNull(live);
        ArgumentNullException.ThrowIfNull(desired);
        var missing = new List<string>();
        CollectMissing(Normalized(live.Spec), Normalized(desired.Spec), "spec", missing);
        return missing;
    }

    private static void CompareLabels(V1ObjectMeta live, V1ObjectMeta desired, List<string> differences)
    {
        foreach (var (key, value) in desired.Labels ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            if (live.Labels is null || !live.Labels.TryGetValue(key, out var actual) || actual != value)
            {
                differences.Add($"metadata.labels[{key}]");
            }
        }
    }

    private static void CompareOwners(V1ObjectMeta live, V1ObjectMeta desired, List<string> differences)
    {
        foreach (var owner in desired.OwnerReferences ?? [])
        {
            if (!(live.OwnerReferences ?? []).Any(o => SameOwner(o, owner)))
            {
                differences.Add("metadata.ownerReferences");
            }
        }
    }

    private static bool SameOwner(V1OwnerReference live, V1OwnerReference desired) =>
        live.Uid == desired.Uid
        && live.Name == desired.Name
        && live.Kind == desired.Kind
        && live.ApiVersion == desired.ApiVersion
        && (live.Controller ?? false) == (desired.Controller ?? false);

    /// <summary>The spec as the API server would hold it: defaults filled in, empty lists and maps left out.</summary>
    private static JsonObject Normalized(V1NetworkPolicySpec? spec)
    {
        var wrapped = new V1NetworkPolicy { Spec = spec ?? new() };
        var json = JsonSerializer.SerializeToNode(wrapped, ModelsJson.Contract<V1NetworkPolicy>())!["spec"]!.AsObject();
        json["podSelector"] ??= new JsonObject();
        json["policyTypes"] = new JsonArray([
            .. Directions.All.Where(d => Directions.Isolates(wrapped.Spec, d)).Select(d => JsonValue.Create(d)),
        ]);
        DropEmptyLists(json);
        foreach (var rule in Items(json["ingress"]).Concat(Items(json["egress"])))
        {
            foreach (var port in Items(rule?["ports"]).OfType<JsonObject>())
            {
                port["protocol"] ??= "TCP";
            }
        }

        return json;
    }

    private static IEnumerable<JsonNode?> Items(JsonNode? list) => list as JsonArray ?? [];

    private static void DropEmptyLists(JsonNode? node)
    {
        if (node is JsonArray list)
        {
            foreach (var item in list)
            {
                DropEmptyLists(item);
            }
        }
        else if (node is JsonObject fields)
        {
            foreach (var (name, value) in fields.ToList())
            {
                DropEmptyLists(value);
                if (value is JsonArray { Count: 0 } || (name == "matchLabels" && value is JsonObject { Count: 0 }))
                {
                    fields.Remove(name);
                }
            }
        }
    }

    private static void Compare(JsonNode? live, JsonNode? desired, string path, List<string> differences)
    {
        if (live is JsonObject liveFields && desired is JsonObject desiredFields)
        {
            foreach (var name in liveFields.Select(f => f.Key).Union(desiredFields.Select(f => f.Key), StringComparer.Ordinal))
            {
                Compare(liveFields[name], desiredFields[name], $"{path}.{name}", differences);
            }
        }
        else if (live is JsonArray liveItems && desired is JsonArray desiredItems && liveItems.Count == desiredItems.Count)
        {
            for (var i = 0; i < liveItems.Count; i++)
            {
                Compare(liveItems[i], desiredItems[i], Indexed(path, i), differences);
            }
        }
        else if (!JsonNode.DeepEquals(live, desired))
        {
            differences.Add(path);
        }
    }

    private static void CollectMissing(JsonNode? live, JsonNode? desired, string path, List<string> missing)
    {
        if (live is null && desired is not null)
        {
            missing.Add(path);
        }
        else if (live is JsonObject liveFields && desired is JsonObject desiredFields)
        {
            foreach (var (name, value) in desiredFields)
            {
                CollectMissing(liveFields[name], value, $"{path}.{name}", missing);
            }
        }
        else if (live is JsonArray liveItems && desired is JsonArray desiredItems)
        {
            for (var i = 0; i < desiredItems.Count; i++)
            {
                CollectMissing(i < liveItems.Count ? liveItems[i] : null, desiredItems[i], Indexed(path, i), missing);
            }
        }
    }

    private static string Indexed(string path, int i) => string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]");
}
