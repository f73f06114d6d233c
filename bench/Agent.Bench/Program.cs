using System.Diagnostics;
using System.Globalization;
using System.Net;
using Palisade.Agent.Bench;
using Palisade.Lab;

const string Compile = "{phase=\"compile\"}";
const string Apply = "{phase=\"apply\"}";
const string Phases = "palisade_agent_pass_duration_seconds";
const int LocalPods = 110;
const int Changes = 100;

// The cluster of the targets: 10,000 pods, 1,000 namespaces, 2,000 policies.
var pods = int.Parse(Environment.GetEnvironmentVariable("BENCH_PODS") ?? "10000", CultureInfo.InvariantCulture);
const string Latency = "palisade_agent_event_to_kernel_seconds";
var report = new Report(pods, pods / 5, LocalPods);

CompileScale.Measure(report, 1_000, 2_000, "target 100 ms");
CompileScale.Measure(report, 10_000, 75_000, "target 3 s");
await FlowRun.MeasureAsync(report);

await using var api = new BenchApiServer();
await api.InitializeAsync();
await using var lab = await NetworkLab.CreateAsync(
    new() { Nodes = LabTopology.MakeNodes(1), SandboxAddress = IPAddress.Parse(BenchApiServer.Address) },
    CancellationToken.None
);
using var writer = new ApiWriter(api);
var node = lab.Nodes.Values.Single();
var cluster = new BenchCluster(pods / 10, 10, 2, LocalPods, node.Name);
await writer.CreateAsync(
    "/api/v1/nodes",
    $$$"""{"metadata": {"name": "{{{node.Name}}}"}, "spec": {"podCIDR": "10.244.1.0/24", "podCIDRs": ["10.244.1.0/24"]} }"""
);
await cluster.WriteAsync(writer);
using var relay = api.Relay();
var kubeconfig = relay.WriteKubeConfig();

using (var first = new MeasuredAgent(node, kubeconfig))
{
    var began = Stopwatch.GetTimestamp();
    await first.ReadyAsync();
    report.Add("start to ready, empty kernel", Report.Milliseconds(Stopwatch.GetElapsedTime(began).TotalSeconds), "");
    report.Add(
        "first compile, just-in-time compilation included",
        Report.Mean(default, await first.HistogramAsync(Phases, Compile)),
        "target 100 ms"
    );
    report.Add("first apply, from empty", Report.Mean(default, await first.HistogramAsync(Phases, Apply)), "target 300 ms");
}

using var agent = new MeasuredAgent(node, kubeconfig);
await agent.ReadyAsync();
report.Add("apply after a restart, rules in place", Report.Mean(default, await agent.HistogramAsync(Phases, Apply)), "no chain is written");

// A pod of the node takes up and gives up a label that peers are selected by. The first times the agent's code is still being compiled.
await LatenciesAsync(RelabelAsync);
var (compiled, applied) = (await agent.HistogramAsync(Phases, Compile), await agent.HistogramAsync(Phases, Apply));
var latencies = await LatenciesAsync(RelabelAsync);
var peers = (pods / 10 / 50 * 10) + 2;
var classic = await ClassicLayout.MeasureAsync(lab.Outside, ClassicLayout.Render(LocalPods, peers), 20);
report.Add(
    "pod relabelled: watch event to kernel",
    Report.Quantiles(latencies),
    $"classic layout, {LocalPods * (peers + 3)} rules restored: {Report.Quantiles(classic)}; target p50 2 ms, p99 10 ms"
);
report.Add("of that, compile, mean", Report.Mean(compiled, await agent.HistogramAsync(Phases, Compile)), "");
report.Add("of that, apply, mean", Report.Mean(applied, await agent.HistogramAsync(Phases, Apply)), "");

// The same pod in the lab: its policy allows a port, and does not.
var pod = await lab.AddPodAsync(
    new LabPod("ns-0", "pod-1", node.Name, [IPAddress.Parse(BenchCluster.Address(1, isLocal: true))]),
    CancellationToken.None
);
var (loosened, tightened) = await new EnforcementLatency(lab.Outside, pod).MeasureAsync(
    8080,
    Changes,
    i =>
        writer.PatchAsync(
            BenchCluster.PolicyPath("ns-0") + "/p1",
            $$$"""{"spec": {"podSelector": {"matchLabels": {"app": "app-1"}}, "ingress": [{"ports": [{"port": {{{8080 + (i % 2)}}}}] }]} }"""
        )
);
report.Add("policy loosened: API write to enforced", Report.Quantiles(loosened), "target p50 50 ms, p99 150 ms");
report.Add("policy tightened: API write to enforced", Report.Quantiles(tightened), "target p50 50 ms, p99 150 ms");

var (resident, anonymous) = agent.Memory();
report.Add(
    "memory after that",
    string.Create(CultureInfo.InvariantCulture, $"{resident:F0} MiB resident, {anonymous:F0} of them its own"),
    "target 80 MB; the rest is code of the runtime, mapped from files and shared"
);
report.Write(args.Length > 0 ? args[0] : "agent.md");

Task RelabelAsync(int i) =>
    writer.PatchAsync(
        BenchCluster.PodPath("ns-0", "pod-1"),
        $$$"""{"metadata": {"labels": {"app": "app-{{{(i % 2 == 1 ? 1 : 9)}}}"} } }"""
    );

// Each change comes after a quiet time longer than the loop's rest, and is asked for only when it should be over: asking costs the agent time too.
async Task<List<double>> LatenciesAsync(Func<int, Task> changeAsync)
{
    var found = new List<double>();
    for (var i = 0; i < Changes; i++)
    {
        var before = await agent.HistogramAsync(Latency);
        await Task.Delay(50);
        await changeAsync(i);
        var after = before;
        while (after.Count == before.Count)
        {
            await Task.Delay(50);
            after = await agent.HistogramAsync(Latency);
        }
        found.Add((after.Sum - before.Sum) / (after.Count - before.Count));
    }
    return found;
}
