using System.Diagnostics;
using System.Text.Json.Nodes;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Policy.Expansion;
using Palisade.Runtime.Caching;

namespace Palisade.Operator.Bench;

/// <summary>How soon a stamped NetworkPolicy that somebody harmed is as it was, as a third sees it.</summary>
internal sealed class Drift
{
    private const int Times = 50;
    private static readonly JsonObject OpenToAll = new() { ["spec"] = new JsonObject { ["ingress"] = new JsonArray(new JsonObject()) } };
    private static readonly JsonObject Unlabelled = new()
    {
        ["metadata"] = new JsonObject { ["labels"] = new JsonObject { [PolicyNames.ManagedByLabel] = null } },
    };

    private readonly IInformer<V1NetworkPolicy> _seen;

    private Drift(IInformer<V1NetworkPolicy> seen) => _seen = seen;

    /// <summary>Harms NetworkPolicies of a name, each in another namespace, one after the other.</summary>
    /// <returns>The times from the request that did the harm until it was repaired, in order, by what was done.</returns>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<TimeSpan>>> MeasureAsync(
        IKubernetesClient client,
        string name,
        IReadOnlyList<string> namespaces
    )
    {
        ScaleRun.Say("drift");
        await using var onlooker = await Onlooker<V1NetworkPolicy>.StartAsync(client, new() { FieldSelector = $"metadata.name={name}" });
        var drift = new Drift(onlooker.Seen);
        var keys = namespaces.Take(Times).Select(target => new NamespacedName(target, name)).ToList();
        return new Dictionary<string, IReadOnlyList<TimeSpan>>(StringComparer.Ordinal)
        {
            ["edited"] = await drift.EachAsync(keys, key => client.PatchAsync<V1NetworkPolicy>(key, Patch.Merge(OpenToAll))),
            ["stripped of its label"] = await drift.EachAsync(
                keys,
                key => client.PatchAsync<V1NetworkPolicy>(key, Patch.Merge(Unlabelled))
            ),
            ["deleted"] = await drift.EachAsync(keys, key => client.DeleteAsync<V1NetworkPolicy>(key)),
        };
    }

    private async Task<IReadOnlyList<TimeSpan>> EachAsync(IEnumerable<NamespacedName> keys, Func<NamespacedName, Task> harm)
    {
        var took = new List<TimeSpan>();
        foreach (var key in keys)
        {
            took.Add(await RepairAsync(key, harm));
        }

        took.Sort();
        return took;
    }

    private async Task<TimeSpan> RepairAsync(NamespacedName key, Func<NamespacedName, Task> harm)
    {
        var intact = _seen.Get(key)!;
        var wasHarmed = false;
        var repaired = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = _seen.Subscribe(changed =>
        {
            if (changed != key)
            {
                return;
            }

            // The watch shows every version: first the harmed one, or none, then the repaired one.
            if (_seen.Get(key) is { } now && StampedPolicyComparison.Differences(now, intact).Count == 0)
            {
                _ = wasHarmed && repaired.TrySetResult(Stopwatch.GetTimestamp());
            }
            else
            {
                wasHarmed = true;
            }
        });
        var began = Stopwatch.GetTimestamp();
        await harm(key);
        return Stopwatch.GetElapsedTime(began, await repaired.Task);
    }
}
