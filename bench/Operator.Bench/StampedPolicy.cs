using System.Diagnostics;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;

namespace Palisade.Operator.Bench;

/// <summary>A ClusterNetworkPolicy, and how long the operator takes over what happens to it.</summary>
/// <param name="client">Client of the API server.</param>
/// <param name="running">The operator.</param>
/// <param name="name">Name of the custom resource.</param>
/// <param name="label">Label of the namespaces that it selects, and its value.</param>
internal sealed class StampedPolicy(IKubernetesClient client, OperatorProcess running, string name, KeyValuePair<string, string> label)
{
    private static readonly TimeSpan ShortWait = TimeSpan.FromMilliseconds(5);

    /// <summary>Creates it and waits until its status says Ready.</summary>
    public Task<Cost> CreateAsync(int port) =>
        UntilReadyAsync(() =>
            client.CreateAsync(
                new ClusterNetworkPolicy
                {
                    Metadata = new() { Name = name },
                    Spec =
                    {
                        NamespaceSelector = new() { MatchLabels = BareWriter.Labels(label.Key, label.Value) },
                        PodSelector = new(),
                        PolicyTypes = ["Ingress"],
                        Ingress = ScaleRun.Ingress(port),
                    },
                }
            )
        );

    /// <summary>Changes it and waits until its status says Ready.</summary>
    public Task<Cost> ChangeAsync(Action<ClusterNetworkPolicy> change) =>
        UntilReadyAsync(async () =>
        {
            var now = (await client.GetAsync<ClusterNetworkPolicy>(name))!;
            change(now);
            await client.UpdateAsync(now);
        });

    /// <summary>Deletes it and waits until the operator has removed what it stamped.</summary>
    /// <param name="namespaces">Those that it selects, in order.</param>
    public async Task<Cost> DeleteAsync(IReadOnlyList<string> namespaces)
    {
        var before = await RemovalsAsync();
        // One namespace, so that the API server has next to nothing to send; the last, since the operator goes by their names.
        await using var last = await Onlooker<V1NetworkPolicy>.StartAsync(client, new() { Namespace = namespaces[^1] });
        return await MeasureAsync(async () =>
        {
            await client.DeleteAsync<ClusterNetworkPolicy>(new NamespacedName(name));
            await last.UntilAsync(seen => seen.Count == 0);
            while (await RemovalsAsync() - before < namespaces.Count)
            {
                await Task.Delay(ShortWait); // Some of those before it are still under way.
            }
        });
    }

    private async Task<Cost> UntilReadyAsync(Func<Task> write)
    {
        await using var onlooker = await Onlooker<ClusterNetworkPolicy>.StartAsync(
            client,
            new() { FieldSelector = $"metadata.name={name}" }
        );
        var generation = onlooker.Seen.Get(new NamespacedName(name))?.Metadata.Generation;
        return await MeasureAsync(async () =>
        {
            await write();
            await onlooker.UntilAsync(seen => seen is [var policy] && policy.Metadata.Generation != generation && IsReady(policy));
        });
    }

    private Task<double> RemovalsAsync() => running.MetricAsync("palisade_operator_writes_total", "verb=\"remove\"");

    private Task<Cost> MeasureAsync(Func<Task> act) =>
        Cost.OfAsync(
            [running.ProcessId],
            async () =>
            {
                var began = Stopwatch.GetTimestamp();
                await act();
                return Stopwatch.GetElapsedTime(began);
            }
        );

    private static bool IsReady(ClusterNetworkPolicy now) =>
        now.Status is { } status
        && status.ObservedGeneration == now.Metadata.Generation
        && status.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;
}
