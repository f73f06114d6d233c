using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Caching;
using Palisade.Kubernetes.Client;
using Palisade.Models;
using Palisade.Testing;

namespace Palisade.Operator.Bench;

/// <summary>One custom resource over many namespaces on a real API server: created, changed, left alone, deleted; beside the bare writer.</summary>
internal sealed class ScaleRun : IAsyncDisposable
{
    private const int Parallel = 16;
    private const int LaterNamespaces = 50;
    private static readonly TimeSpan SteadyTime = TimeSpan.FromSeconds(30);
    private readonly ApiServerFixture _server = new();
    private readonly ScaleReport _report;
    private readonly List<string> _namespaces;

    private ScaleRun(int count)
    {
        _report = new ScaleReport(count);
        _namespaces = [.. Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"bench-{i:00000}"))];
    }

    private IKubernetesClient Client => _server.Client;

    /// <summary>Starts etcd and the API server and creates the namespaces.</summary>
    public static async Task<ScaleRun> StartAsync(int count)
    {
        var run = new ScaleRun(count);
        await run._server.InitializeAsync();
        var crds = Path.Combine(Repository.Root, "config", "crd");
        await run._server.KubectlAsync(["apply", "--validate=false", "-k", crds], CancellationToken.None);
        await run._server.KubectlAsync(["wait", "--for=condition=Established", "crd", "--all", "--timeout=30s"], CancellationToken.None);
        Say($"creating {count} namespaces");
        await new BareWriter(run.Client, Parallel).CreateNamespacesAsync(run._namespaces);
        return run;
    }

    /// <summary>Ingress rules of a custom resource; of another number in another version of it.</summary>
    public static List<ClusterIngressRule> Ingress(int port) =>
        [
            new()
            {
                FromProperty = [new() { NamespaceSelector = new() { MatchLabels = BareWriter.Labels("team", "monitoring") } }],
                Ports = [new() { Protocol = "TCP", Port = port }],
            },
        ];

    /// <summary>Measures everything.</summary>
    /// <returns>The report, in Markdown.</returns>
    public async Task<string> MeasureAsync()
    {
        // Before and after: an API server that has been at work for minutes is slower than a fresh one.
        var before = await MeasureBareAsync([Environment.ProcessId]);
        await MeasureOperatorAsync();
        await MeasureRestartAsync();
        _report.Takeover = await Takeover.MeasureAsync(_server);
        _report.Bare = Phases.Mean(before, await MeasureBareAsync([Environment.ProcessId]));
        return _report.Write();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task<Phases> MeasureBareAsync(int[] writers)
    {
        Say("bare writer");
        var bare = new BareWriter(Client, Parallel);
        return new(
            await Cost.OfAsync(writers, () => bare.ApplyAsync(_namespaces, "bare", 80)),
            await Cost.OfAsync(writers, () => bare.ApplyAsync(_namespaces, "bare", 81)),
            await Cost.OfAsync(writers, () => bare.DeleteAsync(_namespaces, "bare"))
        );
    }

    private async Task MeasureOperatorAsync()
    {
        Say("operator");
        var (running, _) = await OperatorProcess.StartAsync(_server.KubeConfig);
        await using (running)
        {
            _report.IdleBytes = running.ResidentBytes();
            // The bare writer has written all the namespaces before it is measured; the operator is to be as warm.
            await Client.CreateAsync(Policy("warm", 80));
            await ReadyAsync("warm", Stopwatch.GetTimestamp());
            await Client.DeleteAsync<ClusterNetworkPolicy>(new NamespacedName("warm"));
            await RemovedAsync(running, "palisade-cnp-warm", 0, Stopwatch.GetTimestamp());
            _report.Watched = await MeasureBareAsync([Environment.ProcessId, running.ProcessId]);

            var (create, change) = await MeasureWritesAsync(running);
            await MeasureLaterNamespacesAsync();
            _report.Drift = await Drift.MeasureAsync(Client, "palisade-cnp-first", _namespaces);

            Say("second custom resource");
            await Client.CreateAsync(Policy("second", 90));
            await ReadyAsync("second", Stopwatch.GetTimestamp());
            await MeasureSteadyStateAsync(running);

            Say("delete");
            var removed = await RemovalsAsync(running);
            var delete = await Cost.OfAsync(
                [running.ProcessId],
                async () =>
                {
                    var began = Stopwatch.GetTimestamp();
                    await Client.DeleteAsync<ClusterNetworkPolicy>(new NamespacedName("first"));
                    return await RemovedAsync(running, "palisade-cnp-first", removed, began);
                }
            );
            _report.Operator = new(create, change, delete);
            await Client.CreateAsync(Policy("first", 80));
            await ReadyAsync("first", Stopwatch.GetTimestamp());
            _report.PeakBytes = running.PeakBytes();
        }
    }

    private async Task<(Cost Create, Cost Change)> MeasureWritesAsync(OperatorProcess running)
    {
        Say("create, change");
        var create = await Cost.OfAsync(
            [running.ProcessId],
            async () =>
            {
                var began = Stopwatch.GetTimestamp();
                await Client.CreateAsync(Policy("first", 80));
                return await ReadyAsync("first", began);
            }
        );
        var change = await Cost.OfAsync(
            [running.ProcessId],
            async () =>
            {
                var began = Stopwatch.GetTimestamp();
                await ChangeAsync("first", policy => policy.Spec.Ingress = Ingress(81));
                return await ReadyAsync("first", began);
            }
        );

        var writes = await running.WritesAsync();
        await ChangeAsync("first", policy => policy.Spec.ExcludedNamespaces = ["none-of-that-name"]);
        await ReadyAsync("first", Stopwatch.GetTimestamp());
        _report.WritesOfIdleChange = await running.WritesAsync() - writes;
        return (create, change);
    }

    private async Task MeasureSteadyStateAsync(OperatorProcess running)
    {
        Say("steady state");
        await Task.Delay(SteadyTime);
        var (requests, processor) = (await running.RequestsAsync(), running.ProcessorTime());
        await Task.Delay(SteadyTime);
        _report.SteadyRequests = await running.RequestsAsync() - requests;
        _report.SteadyProcessor = (running.ProcessorTime() - processor) / SteadyTime;
        _report.ResidentBytes = running.ResidentBytes();
    }

    private async Task MeasureRestartAsync()
    {
        Say("restart");
        var before = await HighestVersionAsync();
        var (running, took) = await OperatorProcess.StartAsync(_server.KubeConfig);
        await using (running)
        {
            _report.Restart = took;
            // Done when both custom resources were looked at: their counts are then shown.
            while (await running.MetricAsync("palisade_operator_namespaces", "state=\"up_to_date\"") < 2 * _namespaces.Count)
            {
                await Task.Delay(50);
            }

            await Task.Delay(TimeSpan.FromSeconds(10));
            _report.WritesOfRestart = await running.WritesAsync() + await running.MetricAsync("palisade_operator_status_writes_total");
            (_report.RestartBytes, _report.RestartPeakBytes) = (running.ResidentBytes(), running.PeakBytes());
        }

        _report.VersionUnchanged = before == await HighestVersionAsync();
    }

    /// <summary>The time from when the API server has a new namespace until it has its NetworkPolicy, as a third sees both.</summary>
    private async Task MeasureLaterNamespacesAsync()
    {
        Say("later namespaces");
        using var ended = new CancellationTokenSource();
        var seen = new Dictionary<string, TaskCompletionSource<long>>(StringComparer.Ordinal);
        var later = Enumerable.Range(0, LaterNamespaces).Select(i => string.Create(CultureInfo.InvariantCulture, $"later-{i:00}")).ToList();
        later.ForEach(name => seen[name] = new(TaskCreationOptions.RunContinuationsAsynchronously));
        var options = new InformerOptions<V1NetworkPolicy> { Selection = new() { FieldSelector = "metadata.name=palisade-cnp-first" } };
        var informer = new Informer<V1NetworkPolicy>(Client, options, NullLogger<Informer<V1NetworkPolicy>>.Instance);
        using var subscription = informer.Subscribe(key =>
        {
            if (seen.TryGetValue(key.Namespace!, out var arrival))
            {
                arrival.TrySetResult(Stopwatch.GetTimestamp());
            }
        });
        var watching = informer.RunAsync(ended.Token);
        await informer.WaitForSyncAsync(ended.Token);
        foreach (var name in later)
        {
            await Client.CreateAsync(new V1Namespace { Metadata = { Name = name, Labels = BareWriter.Labels("bench", "yes") } });
            var created = Stopwatch.GetTimestamp();
            _report.Later.Add(Stopwatch.GetElapsedTime(created, await seen[name].Task));
            await Task.Delay(50);
        }

        _namespaces.AddRange(later);
        await ended.CancelAsync();
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static ClusterNetworkPolicy Policy(string name, int port) =>
        new()
        {
            Metadata = { Name = name },
            Spec =
            {
                NamespaceSelector = new() { MatchLabels = BareWriter.Labels("bench", "yes") },
                PodSelector = new(),
                PolicyTypes = ["Ingress"],
                Ingress = Ingress(port),
            },
        };

    private async Task ChangeAsync(string name, Action<ClusterNetworkPolicy> change)
    {
        var now = (await Client.GetAsync<ClusterNetworkPolicy>(name))!;
        change(now);
        await Client.UpdateAsync(now);
    }

    private async Task<TimeSpan> ReadyAsync(string name, long began)
    {
        // Told of each status rather than asking for it again and again: the API server has enough to do.
        using var ended = new CancellationTokenSource();
        var options = new InformerOptions<ClusterNetworkPolicy> { Selection = new() { FieldSelector = $"metadata.name={name}" } };
        var informer = new Informer<ClusterNetworkPolicy>(Client, options, NullLogger<Informer<ClusterNetworkPolicy>>.Instance);
        var ready = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = informer.Subscribe(key =>
        {
            if (IsReady(informer.Get(key)))
            {
                ready.TrySetResult(Stopwatch.GetTimestamp());
            }
        });
        var watching = informer.RunAsync(ended.Token);
        var took = Stopwatch.GetElapsedTime(began, await ready.Task);
        await ended.CancelAsync();
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return took;
    }

    private static bool IsReady(ClusterNetworkPolicy? now) =>
        now?.Status is { } status
        && status.ObservedGeneration == now.Metadata.Generation
        && status.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;

    /// <summary>Waits until the operator has removed everything, asking it and not the API server, which has enough to do.</summary>
    private async Task<TimeSpan> RemovedAsync(OperatorProcess running, string name, double before, long began)
    {
        while (await RemovalsAsync(running) < before + _namespaces.Count)
        {
            await Task.Delay(100);
        }

        var took = Stopwatch.GetElapsedTime(began);
        var left = await Client.ListAsync<V1NetworkPolicy>(new() { FieldSelector = $"metadata.name={name}" });
        if (left.Items.Count > 0)
        {
            throw new InvalidOperationException($"{left.Items.Count} NetworkPolicies are left");
        }

        return took;
    }

    private static Task<double> RemovalsAsync(OperatorProcess running) =>
        running.MetricAsync("palisade_operator_writes_total", "verb=\"remove\"");

    private async Task<string?> HighestVersionAsync()
    {
        // Only these two kinds: the lease goes on.
        var policies = await Client.ListAsync<V1NetworkPolicy>();
        var sources = await Client.ListAsync<ClusterNetworkPolicy>();
        return policies
            .Items.Select(entity => entity.Metadata.ResourceVersion)
            .Concat(sources.Items.Select(entity => entity.Metadata.ResourceVersion))
            .MaxBy(version => long.Parse(version!, CultureInfo.InvariantCulture));
    }

    /// <summary>Says what is measured next.</summary>
    internal static void Say(string what) => Console.WriteLine($"operator bench: {what}");
}
