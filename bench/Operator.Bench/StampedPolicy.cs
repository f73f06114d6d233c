using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Caching;
using Palisade.Kubernetes.Client;
using Palisade.Models;

namespace Palisade.Operator.Bench;

/// <summary>A ClusterNetworkPolicy, and how long the operator takes over what happens to it.</summary>
/// <param name="client">Client of the API server.</param>
/// <param name="running">The operator.</param>
/// <param name="name">Name of the custom resource.</param>
/// <param name="label">Label of the namespaces that it selects, and its value.</param>
internal sealed class StampedPolicy(IKubernetesClient client, OperatorProcess running, string name, KeyValuePair<string, string> label)
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(500);
    private int _stamped;

    /// <summary>Creates it and waits until its status says Ready.</summary>
    public Task<Cost> CreateAsync(int port) =>
        MeasureAsync(async () =>
        {
            var policy = new ClusterNetworkPolicy
            {
                Metadata = { Name = name },
                Spec =
                {
                    NamespaceSelector = new() { MatchLabels = BareWriter.Labels(label.Key, label.Value) },
                    PodSelector = new(),
                    PolicyTypes = ["Ingress"],
                    Ingress = ScaleRun.Ingress(port),
                },
            };
            await client.CreateAsync(policy);
            await ReadyAsync();
        });

    /// <summary>Changes it and waits until its status says Ready.</summary>
    public Task<Cost> ChangeAsync(Action<ClusterNetworkPolicy> change) =>
        MeasureAsync(async () =>
        {
            var now = (await client.GetAsync<ClusterNetworkPolicy>(name))!;
            change(now);
            await client.UpdateAsync(now);
            await ReadyAsync();
        });

    /// <summary>Deletes it and waits until the operator has removed what it stamped.</summary>
    public async Task<Cost> DeleteAsync()
    {
        var before = await RemovalsAsync();
        return await MeasureAsync(async () =>
        {
            await client.DeleteAsync<ClusterNetworkPolicy>(new NamespacedName(name));
            // The operator is asked and not the API server, which has enough to do. Seldom: an answer costs milliseconds of the cores that all share.
            var began = Stopwatch.GetTimestamp();
            double done;
            for (var wait = LongestWait; ; wait = UntilAskedAgain(Stopwatch.GetElapsedTime(began), done))
            {
                await Task.Delay(wait);
                done = (await RemovalsAsync() - before) / _stamped;
                if (done >= 1)
                {
                    return;
                }
            }
        });
    }

    /// <summary>Most of the time that the rest will take at the pace so far.</summary>
    private static TimeSpan UntilAskedAgain(TimeSpan elapsed, double done)
    {
        var rest = done > 0 ? elapsed * ((1 - done) / done) : LongestWait;
        return TimeSpan.FromTicks(Math.Clamp((rest * 0.9).Ticks, ShortestWait.Ticks, LongestWait.Ticks));
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

    private async Task ReadyAsync()
    {
        // Told of each status rather than asking for it again and again: the API server has enough to do.
        using var ended = new CancellationTokenSource();
        var options = new InformerOptions<ClusterNetworkPolicy> { Selection = new() { FieldSelector = $"metadata.name={name}" } };
        var informer = new Informer<ClusterNetworkPolicy>(client, options, NullLogger<Informer<ClusterNetworkPolicy>>.Instance);
        var ready = new TaskCompletionSource<ClusterNetworkPolicy>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = informer.Subscribe(_ =>
        {
            if (informer.Get(new NamespacedName(name)) is { } now && IsReady(now))
            {
                ready.TrySetResult(now);
            }
        });
        var watching = informer.RunAsync(ended.Token);
        _stamped = (await ready.Task).Status!.Namespaces!.Matched;
        await ended.CancelAsync();
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static bool IsReady(ClusterNetworkPolicy now) =>
        now.Status is { } status
        && status.ObservedGeneration == now.Metadata.Generation
        && status.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;
}
