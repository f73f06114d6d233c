using System.Diagnostics;
using System.Globalization;
using Palisade.Kubernetes.Client;
using Palisade.Testing;

namespace Palisade.Operator.Bench;

/// <summary>One custom resource over many namespaces on a real API server: created, changed, left alone, deleted; beside the bare writer.</summary>
internal sealed class ScaleRun : IAsyncDisposable
{
    private const int LaterNamespaces = 50;
    private static readonly TimeSpan SteadyTime = TimeSpan.FromSeconds(30);
    private readonly ApiServerFixture _server = new();
    private readonly ScaleReport _report;
    private readonly List<string> _namespaces;

    private ScaleRun(int count)
    {
        _report = new ScaleReport(count);
        _namespaces =
        [
            .. Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{BareWriter.NamePrefix}{i:00000}")),
        ];
    }

    private IKubernetesClient Client => _server.Client;

    /// <summary>Starts etcd and the API server and creates the namespaces.</summary>
    public static async Task<ScaleRun> StartAsync(int count)
    {
        var run = new ScaleRun(count);
        await run.StartAsync(run._server);
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
    /// <param name="rounds">How often bare writer and operator create, change and delete everything for their throughput.</param>
    /// <returns>The report, in Markdown.</returns>
    public async Task<string> MeasureAsync(int rounds)
    {
        await MeasureThroughputAsync(rounds);
        await MeasureOperatorAsync();
        await MeasureRestartAsync();
        _report.Takeover = await Takeover.MeasureAsync(_server);
        return _report.Write();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task StartAsync(ApiServerFixture server)
    {
        await server.InitializeAsync();
        await server.InstallDefinitionsAsync(CancellationToken.None);
        Say($"creating {_namespaces.Count} namespaces");
        await new BareWriter(server.Client, Throughput.Parallel).CreateNamespacesAsync(_namespaces);
    }

    private async Task MeasureThroughputAsync(int rounds)
    {
        await using var bareServer = new ApiServerFixture();
        await StartAsync(bareServer);
        (_report.Rounds, _report.PeakBytes) = await new Throughput(bareServer, _server, _namespaces).MeasureAsync(rounds);
    }

    private async Task MeasureOperatorAsync()
    {
        Say("operator");
        var (running, _) = await OperatorProcess.StartAsync(_server.KubeConfig);
        await using (running)
        {
            _report.IdleBytes = running.ResidentBytes();
            var all = new KeyValuePair<string, string>(BareWriter.Label, "yes");
            var first = new StampedPolicy(Client, running, "first", all);
            await first.CreateAsync(80);
            var writes = await running.WritesAsync();
            await first.ChangeAsync(policy => policy.Spec.ExcludedNamespaces = ["none-of-that-name"]);
            _report.WritesOfIdleChange = await running.WritesAsync() - writes;
            await MeasureLaterNamespacesAsync();
            _report.Drift = await Drift.MeasureAsync(Client, "palisade-cnp-first", _namespaces);

            Say("second custom resource");
            await new StampedPolicy(Client, running, "second", all).CreateAsync(90);
            await MeasureSteadyStateAsync(running);
            _report.PeakBytes = Math.Max(_report.PeakBytes, running.PeakBytes());
        }
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
        var seen = new Dictionary<string, TaskCompletionSource<long>>(StringComparer.Ordinal);
        var later = Enumerable.Range(0, LaterNamespaces).Select(i => string.Create(CultureInfo.InvariantCulture, $"later-{i:00}")).ToList();
        later.ForEach(name => seen[name] = new(TaskCreationOptions.RunContinuationsAsynchronously));
        await using var onlooker = await Onlooker<V1NetworkPolicy>.StartAsync(
            Client,
            new() { FieldSelector = "metadata.name=palisade-cnp-first" }
        );
        using var subscription = onlooker.Seen.Subscribe(key =>
        {
            if (seen.TryGetValue(key.Namespace!, out var arrival))
            {
                arrival.TrySetResult(Stopwatch.GetTimestamp());
            }
        });
        foreach (var name in later)
        {
            await Client.CreateAsync(BareWriter.Namespace(name));
            var created = Stopwatch.GetTimestamp();
            _report.Later.Add(Stopwatch.GetElapsedTime(created, await seen[name].Task));
            await Task.Delay(50);
        }

        _namespaces.AddRange(later);
    }

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
