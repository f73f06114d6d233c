using System.Net;
using Palisade.Lab;
using Palisade.Lab.Probes;
using Palisade.Testing;

namespace Palisade.EndToEnd;

/// <summary>
/// Two namespaces of a test's own, <c>CASE-web</c> and <c>CASE-data</c>, both labelled <c>case=CASE</c>, with two pods each, one a
/// node. All that a test creates carries the label too, so tests do not see each other.
/// </summary>
public sealed class Shop : IAsyncDisposable
{
    private static readonly Prober Prober = new(new ProbeOptions { Timeout = TimeSpan.FromSeconds(5) });
    private readonly ClusterFixture _cluster;
    private readonly string _name;

    private Shop(ClusterFixture cluster, string name) => (_cluster, _name) = (cluster, name);

    /// <summary>Front end, on the first node.</summary>
    public string Front => $"{_name}-web/front";

    /// <summary>Worker, on the second node, in the front end's namespace.</summary>
    public string Worker => $"{_name}-web/worker";

    /// <summary>Database, on the first node.</summary>
    public string Database => $"{_name}-data/database";

    /// <summary>Cache, on the second node, in the database's namespace.</summary>
    public string Cache => $"{_name}-data/cache";

    /// <summary>The pods that <see cref="OpenAsync"/> tries, each to each.</summary>
    public List<string> Pods { get; } = [];

    /// <summary>Every connection there is between the pods.</summary>
    public IEnumerable<Flow> AllFlows =>
        from source in Pods
        from destination in Pods
        where !string.Equals(source, destination, StringComparison.Ordinal)
        from port in Ports.OfPods
        select new Flow(source, destination, port.Port);

    /// <summary>Makes the namespaces and pods.</summary>
    public static async Task<Shop> CreateAsync(ClusterFixture cluster, string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        var shop = new Shop(cluster, name);
        await cluster.ApplyAsync(shop.NamespacesManifest, cancellationToken);
        var (first, second) = (cluster.NodeNames[0], cluster.NodeNames[1]);
        await shop.AddAsync(new PodSpecification($"{name}-web", "front", first, ["app=front"]), cancellationToken);
        await shop.AddAsync(new PodSpecification($"{name}-web", "worker", second, ["app=worker"]), cancellationToken);
        await shop.AddAsync(new PodSpecification($"{name}-data", "database", first, ["app=database"]), cancellationToken);
        await shop.AddAsync(new PodSpecification($"{name}-data", "cache", second, ["app=cache"]), cancellationToken);
        return shop;
    }

    /// <summary>Makes one more pod.</summary>
    public async Task AddAsync(PodSpecification pod, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pod);
        await _cluster.AddPodAsync(pod, cancellationToken);
        Pods.Add($"{pod.Namespace}/{pod.Name}");
    }

    /// <summary>Runs <c>kubectl apply</c> on a manifest in which CASE stands for the test's name.</summary>
    public Task ApplyAsync(string manifest, CancellationToken cancellationToken) =>
        _cluster.ApplyAsync(InCase(manifest), cancellationToken);

    /// <summary>Runs kubectl with arguments in which CASE stands for the test's name.</summary>
    public Task KubectlAsync(CancellationToken cancellationToken, params IReadOnlyList<string> arguments) =>
        _cluster.KubectlAsync(cancellationToken, [.. arguments.Select(InCase)]);

    /// <summary>
    /// Waits until exactly these connections between the pods are open and all others refused, over IPv4 and IPv6, and makes sure
    /// that it is so on a second look.
    /// </summary>
    public async Task ShouldOnlyBeOpenAsync(IEnumerable<Flow> expected, CancellationToken cancellationToken)
    {
        var wanted = expected.OrderBy(Text, StringComparer.Ordinal).ToList();
        IReadOnlyList<Flow> open = [];
        try
        {
            await Eventually.TrueAsync(async () => (open = await OpenAsync(cancellationToken)).SequenceEqual(wanted), cancellationToken);
            open = await OpenAsync(cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw new ShouldAssertException(Difference(wanted, open) + Environment.NewLine + _cluster.LastWords, exception);
        }

        open.ShouldBe(wanted, "it was so, but did not stay so");
    }

    /// <summary>Whether one connection is open, over IPv4.</summary>
    public async Task<ProbeOutcome> ProbeAsync(string source, string destination, int port, CancellationToken cancellationToken)
    {
        var result = await Prober.ProbeAsync(HostOf(source), HostOf(destination), port, ProtocolOf(port), cancellationToken);
        return result.Outcome;
    }

    /// <summary>Waits until a connection from a pod to an address comes to an outcome.</summary>
    public Task ShouldBecomeAsync(ProbeOutcome expected, string source, IPAddress address, int port, CancellationToken cancellationToken) =>
        Eventually.TrueAsync(
            async () =>
                (await Prober.ProbeAsync(HostOf(source), new ProbeTarget(address, port, ProtocolOf(port)), cancellationToken)).Outcome
                == expected,
            cancellationToken,
            $"{source} to {address}:{port} is {expected}"
        );

    /// <summary>Opens a connection that stays.</summary>
    public Task<ProbeConnection> ConnectAsync(string source, string destination, int port, CancellationToken cancellationToken) =>
        Prober.OpenAsync(HostOf(source), new ProbeTarget(HostOf(destination).Addresses[0], port, ProtocolOf(port)), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        var cancellationToken = CancellationToken.None;
        await _cluster.KubectlAsync(cancellationToken, "delete", "cnetpol,ddp", "-l", $"case={_name}");
        foreach (var pod in Pods)
        {
            await _cluster.RemovePodAsync(pod, cancellationToken);
        }

        await _cluster.KubectlAsync(cancellationToken, "delete", "namespace", "-l", $"case={_name}", "--wait=false");
    }

    private string NamespacesManifest =>
        InCase(
            """
            apiVersion: v1
            kind: Namespace
            metadata: {name: CASE-web, labels: {case: CASE, tier: web}}
            ---
            apiVersion: v1
            kind: Namespace
            metadata: {name: CASE-data, labels: {case: CASE, tier: data}}
            """
        );

    private async Task<IReadOnlyList<Flow>> OpenAsync(CancellationToken cancellationToken)
    {
        var attempts = (
            from flow in AllFlows
            let source = HostOf(flow.Source)
            from address in HostOf(flow.Destination).Addresses
            where source.AddressOf(address.AddressFamily) is not null
            select (Flow: flow, Source: source, Target: new ProbeTarget(address, flow.Port, ProtocolOf(flow.Port)))
        ).ToList();
        var results = await Prober.ProbeAllAsync([.. attempts.Select(attempt => (attempt.Source, attempt.Target))], cancellationToken);
        var byFlow = attempts.Zip(results).GroupBy(pair => pair.First.Flow, pair => pair.Second).ToList();

        // A flow that is open in one family and not in the other is neither: shown as such, so that no expectation fits it.
        return
        [
            .. byFlow
                .Where(flow => flow.Any(result => result.IsOpen))
                .Select(flow => flow.All(result => result.IsOpen) ? flow.Key : flow.Key with { Note = "in one address family only" })
                .OrderBy(Text, StringComparer.Ordinal),
        ];
    }

    private LabHost HostOf(string key) => _cluster.Lab.Pods[key];

    private static ProbeProtocol ProtocolOf(int port) => Ports.OfPods.Single(served => served.Port == port).Protocol;

    private static string Text(Flow flow) => flow.ToString();

    private string InCase(string text) => text.Replace("CASE", _name, StringComparison.Ordinal);

    private static string Difference(IReadOnlyList<Flow> wanted, IReadOnlyList<Flow> open) =>
        $"open, but should not be: {string.Join("; ", open.Except(wanted))}{Environment.NewLine}"
        + $"not open, but should be: {string.Join("; ", wanted.Except(open))}";
}
