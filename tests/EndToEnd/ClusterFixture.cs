using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Palisade.EndToEnd;
using Palisade.Kubernetes.Client;
using Palisade.Lab;
using Palisade.Lab.Probes;
using Palisade.Testing;

[assembly: AssemblyFixture(typeof(ClusterFixture))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Palisade.EndToEnd;

/// <summary>
/// A cluster with Palisade on it: real etcd, kube-apiserver and kube-controller-manager; two nodes as network namespaces with a bridge
/// each; the published operator, webhook and two agents. There is no kubelet: pods are network namespaces that the tests make, and
/// their addresses are written into Pod.status.
/// </summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private readonly LabApiServer _apiServer = new();
    private readonly Dictionary<string, PublishedProgram> _agents = new(StringComparer.Ordinal);
    private readonly HashSet<string> _withServiceAccount = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _lastAddress = new(StringComparer.Ordinal);
    private readonly List<PublishedProgram> _programs = [];
    private IReadOnlyList<LabNode> _nodes = [];

    /// <summary>Names of the nodes.</summary>
    public IReadOnlyList<string> NodeNames => [.. _nodes.Select(node => node.Name)];

    /// <summary>The nodes, pods and the host outside.</summary>
    public NetworkLab Lab { get; private set; } = null!;

    /// <summary>A client with which one is admin.</summary>
    public IKubernetesClient Client => _apiServer.Client;

    /// <summary>The DNS server's pod.</summary>
    public LabHost Dns { get; private set; } = null!;

    /// <summary>What the programs said last, for the message of a test that fails.</summary>
    public string LastWords => string.Join(Environment.NewLine, _programs.Concat(_agents.Values).Select(program => program.LastWords));

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _nodes = LabTopology.MakeNodes(2);
        var topology = new LabTopology { Nodes = _nodes, SandboxAddress = IPAddress.Parse(LabApiServer.Address) };
        Lab = await NetworkLab.CreateAsync(topology, CancellationToken.None);
        await _apiServer.InitializeAsync();
        await InstallAsync();
        foreach (var node in _nodes)
        {
            await RegisterNodeAsync(node);
        }

        _programs.Add(
            PublishedProgram.Start(
                "operator",
                ["--kubeconfig", _apiServer.KubeConfigOf("operator"), "--metrics-port", Ports.OperatorHealth]
            )
        );
        _programs.Add(
            PublishedProgram.Start(
                "webhook",
                [
                    "--kubeconfig",
                    _apiServer.KubeConfigOf("webhook"),
                    "--port",
                    Ports.Webhook,
                    "--metrics-port",
                    Ports.WebhookHealth,
                    "--dns-name",
                    "127.0.0.1",
                ]
            )
        );
        foreach (var node in NodeNames)
        {
            StartAgent(node);
        }

        await ReadyAsync(Ports.OperatorHealth);
        await ReadyAsync(Ports.WebhookHealth);
        await ApplyAsync(DnsService, CancellationToken.None);
        Dns = await AddPodAsync(new PodSpecification("kube-system", "dns", NodeNames[1], ["k8s-app=kube-dns"]), CancellationToken.None);
    }

    /// <summary>By its Service a cluster's DNS is known; API servers before 1.21 offer nothing else to know it by.</summary>
    private const string DnsService = """
        apiVersion: v1
        kind: Service
        metadata: {name: kube-dns, namespace: kube-system, labels: {k8s-app: kube-dns}}
        spec:
          selector: {k8s-app: kube-dns}
          ports: [{name: dns, port: 53, protocol: UDP}, {name: dns-tcp, port: 53, protocol: TCP}]
        """;

    /// <summary>Starts the agent of a node.</summary>
    public void StartAgent(string node) =>
        _agents[node] = PublishedProgram.Start(
            "agent",
            ["--kubeconfig", _apiServer.KubeConfigOf("agent"), "--node-name", node],
            network: Lab.Nodes[node].Network
        );

    /// <summary>Ends the agent of a node as a crash would.</summary>
    public async Task KillAgentAsync(string node, CancellationToken cancellationToken)
    {
        _agents.Remove(node, out var agent);
        await agent!.KillAsync(cancellationToken);
        await agent.DisposeAsync();
    }

    /// <summary>Runs <c>kubectl apply</c> on a manifest; fails with its output when it fails.</summary>
    public async Task ApplyAsync(string manifest, CancellationToken cancellationToken)
    {
        var result = await TryApplyAsync(manifest, cancellationToken);
        result.ExitCode.ShouldBe(0, result.Error);
    }

    /// <summary>Runs <c>kubectl apply</c> on a manifest.</summary>
    public async Task<CommandResult> TryApplyAsync(string manifest, CancellationToken cancellationToken)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, manifest, cancellationToken);
            return await _apiServer.TryKubectlAsync(["apply", "--validate=false", "-f", file], cancellationToken);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Runs kubectl; fails with its output when it fails.</summary>
    public Task<string> KubectlAsync(CancellationToken cancellationToken, params IReadOnlyList<string> arguments) =>
        _apiServer.KubectlAsync(arguments, cancellationToken);

    /// <summary>Runs kubectl.</summary>
    public Task<CommandResult> TryKubectlAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        _apiServer.TryKubectlAsync(arguments, cancellationToken);

    /// <summary>Holds what the programs have asked of the API server so far against their roles.</summary>
    public Task<CommandResult> AuditRolesAsync(CancellationToken cancellationToken) =>
        CommandResult.OfAsync(
            "env",
            [$"KUBECONFIG={_apiServer.KubeConfig}", Path.Combine(Repository.Root, "hack/audit-roles"), _apiServer.AuditLog],
            cancellationToken
        );

    /// <summary>Makes a pod: the object, the network namespace, servers on <see cref="Ports.OfPods"/>, and its addresses in the status.</summary>
    public async Task<LabHost> AddPodAsync(PodSpecification pod, CancellationToken cancellationToken)
    {
        await ServiceAccountAsync(pod.Namespace, cancellationToken);
        await ApplyAsync(pod.Manifest, cancellationToken);
        var host = await Lab.AddPodAsync(new LabPod(pod.Namespace, pod.Name, pod.Node, NextAddresses(pod.Node)), cancellationToken);
        _ = ProbeServer.Start(host, Ports.OfPods);
        await PublishAddressesAsync(pod, host, cancellationToken);
        return host;
    }

    /// <summary>Deletes a pod, the object and the network namespace.</summary>
    public async Task RemovePodAsync(string key, CancellationToken cancellationToken)
    {
        var parts = key.Split('/');
        await KubectlAsync(cancellationToken, "delete", "pod", "-n", parts[0], parts[1], "--grace-period=0", "--force");
        await Lab.RemovePodAsync(key, cancellationToken);
    }

    /// <summary>Deletes a NetworkPolicy as the garbage collector, whom the webhook lets delete stamped ones.</summary>
    public Task DeleteAsGarbageCollectorAsync(string namespaceName, string name, CancellationToken cancellationToken) =>
        KubectlAsync(
            cancellationToken,
            "delete",
            "netpol",
            "-n",
            namespaceName,
            name,
            "--as=system:serviceaccount:kube-system:generic-garbage-collector",
            "--as-group=system:masters"
        );

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var program in _programs.Concat(_agents.Values))
        {
            await program.DisposeAsync();
        }

        await _apiServer.DisposeAsync();
        if (Lab is not null)
        {
            await Lab.DisposeAsync();
        }
    }

    /// <summary>Waits until a program says that it is ready: for the webhook, that the API server can call it.</summary>
    private async Task ReadyAsync(string port)
    {
        using var http = new HttpClient();
        var ready = new Uri($"http://127.0.0.1:{port}/readyz");
        try
        {
            await Eventually.TrueAsync(() => AnswersAsync(http, ready), CancellationToken.None);
        }
        catch (TimeoutException exception)
        {
            throw new InvalidOperationException($"{ready} did not answer 200. {LastWords}", exception);
        }
    }

    private static async Task<bool> AnswersAsync(HttpClient http, Uri address)
    {
        try
        {
            using var answer = await http.GetAsync(address);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // It does not listen yet.
        }
    }

    /// <summary>Installs from <c>config/</c> what does not run in a container: kinds, rights, the webhook's registration.</summary>
    private async Task InstallAsync()
    {
        string[] files = ["system/namespace.yaml", "agent/namespace.yaml", "operator/rbac.yaml", "webhook/rbac.yaml", "agent/rbac.yaml"];
        await _apiServer.InstallDefinitionsAsync(CancellationToken.None);
        foreach (var file in files)
        {
            await ApplyFilesAsync("-f", file);
        }

        await ApplyAsync(WebhookRegistration.Manifest, CancellationToken.None);
        // The API server learns of roles by watching, too: a program that is faster would be forbidden what it may do.
        await GrantedAsync("operator", "list", "networkpolicies.networking.k8s.io");
        await GrantedAsync("operator", "create", "leases.coordination.k8s.io", "-n", "palisade-system");
        await GrantedAsync("webhook", "list", "networkpolicies.networking.k8s.io");
        await GrantedAsync("webhook", "create", "secrets", "-n", "palisade-system");
        await GrantedAsync("agent", "list", "networkpolicies.networking.k8s.io");
        foreach (var program in (string[])["operator", "agent"])
        {
            await GrantedAsync(program, "list", "services/kubernetes", "-n", "default");
            await GrantedAsync(program, "list", "services", "-n", "kube-system");
            await GrantedAsync(program, "list", "services/dns-default", "-n", "openshift-dns");
            await GrantedAsync(program, "create", "events.events.k8s.io", "-n", "kube-system");
        }
    }

    private Task GrantedAsync(string program, params IReadOnlyList<string> access) =>
        Eventually.TrueAsync(
            async () =>
            {
                string[] options = ["--kubeconfig", _apiServer.KubeConfigOf(program), "auth", "can-i"];
                return (await CommandResult.OfAsync("kubectl", [.. options, .. access], CancellationToken.None)).ExitCode == 0;
            },
            CancellationToken.None,
            $"{program} may {string.Join(' ', access)}"
        );

    // Without --validate=false, kubectl refuses fields that are newer than the API server, such as x-kubernetes-validations.
    private Task<string> ApplyFilesAsync(string flag, string path) =>
        KubectlAsync(CancellationToken.None, "apply", "--validate=false", flag, Path.Combine(Repository.Root, "config", path));

    private async Task RegisterNodeAsync(LabNode node)
    {
        await Client.CreateAsync(
            new V1Node
            {
                Metadata = new() { Name = node.Name },
                Spec = new V1NodeSpec
                {
                    PodCIDR = node.PodRanges[0].ToString(),
                    PodCIDRs = [.. node.PodRanges.Select(range => range.ToString())],
                },
            }
        );
        var addresses = node.Addresses.Select(address => new JsonObject { ["type"] = "InternalIP", ["address"] = address.ToString() });
        var status = new JsonObject { ["status"] = new JsonObject { ["addresses"] = new JsonArray([.. addresses]) } };
        await Client.PatchAsync<V1Node>(new(null, node.Name), Patch.Merge(status), "status");
    }

    // Without it the API server refuses pods; kube-controller-manager makes it a little after the namespace.
    private async Task ServiceAccountAsync(string namespaceName, CancellationToken cancellationToken)
    {
        if (_withServiceAccount.Add(namespaceName))
        {
            await Eventually.TrueAsync(
                async () =>
                    (await TryKubectlAsync(["get", "serviceaccount", "-n", namespaceName, "default"], cancellationToken)).ExitCode == 0,
                cancellationToken,
                $"{namespaceName} has a service account"
            );
        }
    }

    private async Task PublishAddressesAsync(PodSpecification pod, LabHost host, CancellationToken cancellationToken)
    {
        var status = new JsonObject
        {
            ["phase"] = "Running",
            ["podIP"] = host.Addresses[0].ToString(),
            ["podIPs"] = new JsonArray([.. host.Addresses.Select(address => new JsonObject { ["ip"] = address.ToString() })]),
        };
        var patch = Patch.Merge(new JsonObject { ["status"] = status });
        await Client.PatchAsync<V1Pod>(new(pod.Namespace, pod.Name), patch, "status", cancellationToken);
    }

    /// <summary>The next free address of each pod range of a node; the first is the bridge's.</summary>
    private List<IPAddress> NextAddresses(string nodeName)
    {
        var node = _nodes.Single(node => string.Equals(node.Name, nodeName, StringComparison.Ordinal));
        var number = _lastAddress[nodeName] = _lastAddress.GetValueOrDefault(nodeName, 1) + 1;
        return [.. node.PodRanges.Select(range => Add(range.BaseAddress, number))];
    }

    private static IPAddress Add(IPAddress address, int number)
    {
        var bytes = address.GetAddressBytes();
        bytes[^1] = byte.Parse(number.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return new IPAddress(bytes);
    }
}
