using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Lab;
using Palisade.Lab.Probes;
using Palisade.Testing;

namespace Palisade.Agent.Tests.Programs;

/// <summary>A node of a lab that is in the API server too, with a namespace of its own, for one test.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    /// <summary>Where nodes reach the API server.</summary>
    public const string ApiServerAddress = "192.168.50.254";

    private static int _count;
    private readonly NodeApiServer _api;
    private readonly NetworkLab _lab;
    private readonly List<AgentProcess> _agents = [];
    private readonly List<ProbeServer> _servers = [];
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("palisade-agent-");
    private int _pods;

    private TestNode(NodeApiServer api, NetworkLab lab, string name, string namespaceName)
    {
        (_api, _lab, Name, Namespace) = (api, lab, name, namespaceName);
        Relay = new ApiRelay(api.ClientOptions.Server);
    }

    public string Name { get; }

    public string Namespace { get; }

    public ApiRelay Relay { get; }

    /// <summary>Where agents find the API server, when not through <see cref="Relay"/>.</summary>
    public Uri? Server { get; set; }

    /// <summary>Whom agents are at the API server.</summary>
    public string User { get; set; } = NodeApiServer.AgentUser;

    public LabHost Host => _lab.Nodes[Name];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<TestNode> CreateAsync(NodeApiServer api)
    {
        var name = $"node-{Interlocked.Increment(ref _count)}";
        var made = LabTopology.MakeNodes(1)[0] with { Name = name };
        var lab = await NetworkLab.CreateAsync(new() { Nodes = [made], SandboxAddress = IPAddress.Parse(ApiServerAddress) }, Token);
        var ranges = made.PodRanges.Select(range => range.ToString()).ToList();
        await api.Client.CreateAsync(
            new V1Node
            {
                Metadata = new() { Name = name },
                Spec = new() { PodCIDR = ranges[0], PodCIDRs = ranges },
            },
            Token
        );
        var namespaceName = (await api.CreateNamespaceAsync(new Dictionary<string, string>(StringComparer.Ordinal), Token)).Metadata.Name;
        return new TestNode(api, lab, name, namespaceName);
    }

    /// <summary>Starts the agent on this node.</summary>
    public AgentProcess StartAgent(params string[] flags) => StartAgent(new Dictionary<string, string>(StringComparer.Ordinal), flags);

    /// <summary>Starts the agent on this node with more environment.</summary>
    public AgentProcess StartAgent(IReadOnlyDictionary<string, string> environment, params string[] flags) =>
        StartAgent([], environment, flags);

    /// <summary>Starts the agent on this node by way of another program.</summary>
    public AgentProcess StartAgent(string[] by, IReadOnlyDictionary<string, string> environment, params string[] flags)
    {
        string[] usual = ["--node-name", Name, "--kubeconfig", WriteKubeConfig(), "--verify-interval", "1s"];
        string[] command = [.. by, AgentProcess.Path, .. usual, .. flags];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        var agent = new AgentProcess(Host.Network.Start(start));
        _agents.Add(agent);
        return agent;
    }

    /// <summary>Asks the agent's own endpoints.</summary>
    public async Task<(int Status, string Body)> GetAsync(string path)
    {
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = Host.Network.CreateSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, 9440, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var client = new HttpClient(handler);
        using var response = await client.GetAsync(new Uri($"http://localhost:9440{path}"), Token);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Token));
    }

    /// <summary>Runs a program on this node; fails with its output when it fails.</summary>
    public async Task<string> RunAsync(string program, params string[] arguments)
    {
        var result = await CommandResult.OfAsync("nsenter", [$"--net={Host.Network.Path}", "--", program, .. arguments], Token);
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException($"{program}: {result.Error}");
    }

    /// <summary>The rules of both families without counters and comments.</summary>
    public async Task<string> RulesAsync()
    {
        var v4 = await RunAsync("iptables-save");
        var v6 = await RunAsync("ip6tables-save");
        var lines = (v4 + v6).Split('\n').Where(line => !line.StartsWith('#'));
        return string.Join('\n', lines.Select(line => line.StartsWith(':') ? line[..line.IndexOf('[', StringComparison.Ordinal)] : line));
    }

    /// <summary>The sets without those of cut connections, whose entries go by themselves after a time.</summary>
    public async Task<string> SetsAsync()
    {
        var lines = (await RunAsync("ipset", "save", "-sorted")).Split('\n');
        return string.Join(
            '\n',
            lines.Where(line =>
                !line.Contains("plsd4-rv", StringComparison.Ordinal) && !line.Contains("plsd6-rv", StringComparison.Ordinal)
            )
        );
    }

    /// <summary>Adds a pod to the lab that answers on ports 80 and 81, and to the API server.</summary>
    public async Task<LabHost> AddPodAsync(string name, string labels, bool announce = true)
    {
        var number = ++_pods + 10;
        var host = await _lab.AddPodAsync(
            new LabPod(Namespace, name, Name, [IPAddress.Parse($"10.244.1.{number}"), IPAddress.Parse($"fd00:10:244:1::{number:x}")]),
            Token
        );
        _servers.Add(ProbeServer.Start(host, (80, ProbeProtocol.Tcp), (81, ProbeProtocol.Tcp)));
        if (announce)
        {
            await AnnounceAsync(name, labels);
        }
        return host;
    }

    /// <summary>Tells the API server of a pod of the lab.</summary>
    public async Task AnnounceAsync(string name, string labels)
    {
        await ApplyAsync(
            $$"""
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "{{name}}", "namespace": "{{Namespace}}", "labels": {{labels}} },
             "spec": {"nodeName": "{{Name}}", "containers": [{"name": "c", "image": "none", "ports": [{"name": "http", "containerPort": 80}]}]} }
            """
        );
        var addresses = _lab.Pods[$"{Namespace}/{name}"].Addresses.Select(address => address.ToString()).ToList();
        var status = new JsonObject
        {
            ["phase"] = "Running",
            ["podIP"] = addresses[0],
            ["podIPs"] = new JsonArray([.. addresses.Select(address => new JsonObject { ["ip"] = address })]),
        };
        await _api.Client.PatchAsync<V1Pod>(
            new NamespacedName(Namespace, name),
            Patch.Merge(new JsonObject { ["status"] = status }),
            "status",
            Token
        );
    }

    public async Task RemovePodAsync(string name)
    {
        await _api.Client.DeleteAsync<V1Pod>(new NamespacedName(Namespace, name), new V1DeleteOptions { GracePeriodSeconds = 0 }, Token);
        await _lab.RemovePodAsync($"{Namespace}/{name}", Token);
    }

    /// <summary>Applies a manifest with kubectl.</summary>
    public async Task ApplyAsync(string manifest)
    {
        var path = Path.Combine(_directory.FullName, "manifest.yaml");
        await File.WriteAllTextAsync(path, manifest, Token);
        await _api.KubectlAsync(["apply", "-n", Namespace, "-f", path], Token);
    }

    /// <summary>Applies a NetworkPolicy of this node's namespace; the spec as JSON or YAML in one line.</summary>
    public Task ApplyPolicyAsync(string name, string spec) =>
        ApplyAsync(
            $"""
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata:
              name: {name}
            spec: {spec}
            """
        );

    public Task DeletePolicyAsync(string name) =>
        _api.Client.DeleteAsync<V1NetworkPolicy>(new NamespacedName(Namespace, name), null, Token);

    /// <summary>Whether a connection from one pod to another is answered by it, in both families alike. An answer is waited for as long as a busy machine needs.</summary>
    public static Task<ProbeOutcome> ConnectAsync(LabHost from, LabHost to, int port = 80) =>
        ConnectAsync(from, to, port, TimeSpan.FromSeconds(10));

    /// <summary>The same, for a connection that gets no answer or that is tried again: it is waited for briefly.</summary>
    public static Task<ProbeOutcome> TryConnectAsync(LabHost from, LabHost to) => ConnectAsync(from, to, 80, TimeSpan.FromSeconds(1));

    /// <summary>Waits until a connection has this outcome.</summary>
    public static Task BecomesAsync(LabHost from, LabHost to, ProbeOutcome expected) =>
        Eventually.TrueAsync(async () => await TryConnectAsync(from, to) == expected, Token, $"{from} to {to} is {expected}");

    /// <summary>Waits for a line of the agent's metrics: some are counted just after what the test waits for.</summary>
    public Task ShowsMetricAsync(string pattern) =>
        Eventually.TrueAsync(async () => Regex.IsMatch((await GetAsync("/metrics")).Body, pattern), Token, pattern);

    /// <summary>Packets that went into the agent's rules since these were written.</summary>
    public async Task<long> PacketsAsync()
    {
        var saved = await RunAsync("iptables-save", "-c", "-t", "mangle");
        var hook = saved.Split('\n').First(line => line.Contains("-j PLSD-FWD", StringComparison.Ordinal));
        return long.Parse(hook[1..hook.IndexOf(':', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
    }

    private static async Task<ProbeOutcome> ConnectAsync(LabHost from, LabHost to, int port, TimeSpan patience)
    {
        var prober = new Prober(new ProbeOptions { Timeout = patience });
        var outcomes = await Task.WhenAll(to.Addresses.Select(address => prober.ProbeAsync(from, new ProbeTarget(address, port), Token)));
        return outcomes.Select(result => result.Outcome).Distinct().Count() == 1 ? outcomes[0].Outcome : ProbeOutcome.None;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var agent in _agents)
        {
            await agent.DisposeAsync();
        }
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
        await Relay.DisposeAsync();
        await _api.TryKubectlAsync(
            ["delete", "-n", Namespace, "networkpolicies,pods", "--all", "--grace-period=0", "--force"],
            CancellationToken.None
        );
        await _api.TryKubectlAsync(["delete", "node", Name], CancellationToken.None);
        await _lab.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private string WriteKubeConfig()
    {
        var path = Path.Combine(_directory.FullName, "kubeconfig");
        var certificate = Path.Combine(_api.Directory, "pki", "apiserver.crt");
        var server = Server ?? new Uri(string.Create(CultureInfo.InvariantCulture, $"https://{ApiServerAddress}:{Relay.Port}"));
        File.WriteAllText(
            path,
            $$"""
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "{{server}}", certificate-authority: "{{certificate}}"} }]
            users: [{name: u, user: {token: admin-token, as: "{{User}}"} }]
            contexts: [{name: x, context: {cluster: c, user: u} }]
            current-context: x
            """
        );
        return path;
    }
}
