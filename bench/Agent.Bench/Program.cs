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

CompileScale.Measure(report, 1_000, 2_000);
CompileScale.Measure(report, 10_000, 75_000);
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
        "first compile",
        Report.Mean(default, await first.HistogramAsync(Phases, Compile)),
        0.1,
        "It runs once, with code and caches of the processor cold, while the lists of the API server are still being read; the same work later is in the rows above."
    );
    report.Add(
        "first apply, from empty",
        Report.Mean(default, await first.HistogramAsync(Phases, Apply)),
        0.3,
        "It is runs of iptables-restore, iptables-save and ipset, which the kernel's state and the disk's cache slow down."
    );
}

using var agent = new MeasuredAgent(node, kubeconfig);
await agent.ReadyAsync();
report.Add(
    "apply after a restart, rules in place",
    Report.Milliseconds(Report.Mean(default, await agent.HistogramAsync(Phases, Apply))),
    "no chain is written"
);

// A pod of the node takes up and gives up a label that peers are selected by. The first times the agent's code is still being compiled.
await LatenciesAsync(RelabelAsync);
var (compiled, applied) = (await agent.HistogramAsync(Phases, Compile), await agent.HistogramAsync(Phases, Apply));
var latencies = await LatenciesAsync(RelabelAsync);
var peers = (pods / 10 / 50 * 10) + 2;
var classic = await ClassicLayout.MeasureAsync(lab.Outside, ClassicLayout.Render(LocalPods, peers), 20);
report.Add(
    "pod relabelled: watch event to kernel",
    latencies,
    (0.002, 0.01),
    $"classic layout, {LocalPods * (peers + 3)} rules restored: {Report.Quantiles(classic)}; ",
    "The rows below say which part takes how long; what is left of it is reading the watch."
);
report.Add("of that, compile, mean", Report.Milliseconds(Report.Mean(compiled, await agent.HistogramAsync(Phases, Compile))), "");
report.Add("of that, apply, mean", Report.Milliseconds(Report.Mean(applied, await agent.HistogramAsync(Phases, Apply))), "");

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
const string Programs = "Chains are written by iptables-restore, tried with --test before, and read back: five programs for a family.";
report.Add("policy loosened: API write to enforced", loosened, (0.05, 0.15), "", Programs);
report.Add("policy tightened: API write to enforced", tightened, (0.05, 0.15), "", Programs);

var memory = agent.Memory();
report.Add(
    "memory after that",
    string.Create(
        CultureInfo.InvariantCulture,
        $"{memory.Resident:F0} MB resident: {memory.Own:F0} its own, {memory.Code:F0} code compiled while it runs, {memory.Files:F0} pages of files"
    ),
    "target 80 MB"
);
report.Judge(
    "memory",
    memory.Resident,
    80,
    "MB",
    "Only its own grows with the cluster. Pages of files are the runtime's and its libraries', which processes share that run the same files, and which the kernel drops when it needs room."
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
