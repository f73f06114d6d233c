using System.Globalization;
using Palisade.Lab.Sandboxing;

namespace Palisade.Lab;

/// <summary>
/// Nodes and pods as network namespaces of this machine. Every node has a bridge, <c>cni0</c>, on which its pods are, as with the
/// plain bridge plugin and Flannel's host-gw: pods of one node talk over the bridge, pods of different nodes by routes between the
/// nodes' addresses. A host outside the cluster is the default gateway of all. No rule is installed by the lab.
/// </summary>
public sealed class NetworkLab : IAsyncDisposable
{
    private const string SandboxLink = "sandbox0";
    private static int _count;
    private readonly string _prefix = $"lab{Environment.ProcessId}.{Interlocked.Increment(ref _count)}";
    private readonly LabTopology _topology;
    private readonly SortedDictionary<string, LabHost> _nodes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, LabHost> _pods = new(StringComparer.Ordinal);
    private readonly List<NetworkNamespace> _networks = [];
    private PodLinks _links;
    private bool _hasSandboxLink;
    private int _podNumber;
    private int _portNumber;

    private NetworkLab(LabTopology topology) => _topology = topology;

    /// <summary>The nodes by name.</summary>
    public IReadOnlyDictionary<string, LabHost> Nodes => _nodes;

    /// <summary>The pods by <c>namespace/name</c>.</summary>
    public IReadOnlyDictionary<string, LabHost> Pods => _pods;

    /// <summary>The host outside the cluster.</summary>
    public LabHost Outside { get; private set; } = null!;

    /// <summary>Builds a lab.</summary>
    /// <exception cref="InvalidOperationException">The program is not inside a <see cref="Sandbox"/>.</exception>
    /// <exception cref="LabException">It could not be built; nothing of it is left.</exception>
    public static async Task<NetworkLab> CreateAsync(LabTopology topology, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(topology);
        Sandbox.EnsureInside();
        var lab = new NetworkLab(topology);
        try
        {
            await lab.BuildAsync(cancellationToken);
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Adds a pod, as the container runtime and the network plugin would: it can talk when this returns.</summary>
    /// <exception cref="LabException">It could not be added.</exception>
    public async Task<LabHost> AddPodAsync(LabPod pod, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pod);
        await AddPodsAsync([pod], cancellationToken);
        return _pods[pod.Key];
    }

    /// <summary>Removes a pod with its network, as the container runtime would. What still runs in it loses its connections.</summary>
    /// <exception cref="LabException">There is no such pod.</exception>
    public async Task RemovePodAsync(string key, CancellationToken cancellationToken)
    {
        if (!_pods.Remove(key, out var pod))
        {
            throw new LabException($"there is no pod {key} in the lab");
        }
        if (pod.UsesNetworkOf(_nodes[pod.Node!]))
        {
            return;
        }
        // The interface goes at once; the namespace itself only when the last socket in it has been closed.
        await IpCommand.RunAsync(pod.Network.Name, ["link del eth0"], cancellationToken);
        pod.Network.Dispose();
        await IpCommand.RunAsync(null, [$"netns del {pod.Network.Name}"], cancellationToken);
        _networks.Remove(pod.Network);
    }

    /// <summary>Removes all that was built.</summary>
    public async ValueTask DisposeAsync()
    {
        var lines = _networks.Where(network => File.Exists(network.Path)).Select(network => $"netns del {network.Name}").ToList();
        _networks.ForEach(network => network.Dispose());
        _networks.Clear();
        _pods.Clear();
        _nodes.Clear();
        if (_hasSandboxLink)
        {
            // The kernel removes what was in a network namespace some time after; the next lab wants the name at once.
            lines.Insert(0, $"link del {SandboxLink}");
            _hasSandboxLink = false;
        }
        await IpCommand.RunAsync(null, lines, CancellationToken.None);
    }

    private async Task BuildAsync(CancellationToken cancellationToken)
    {
        var names = _topology.Nodes.Select((_, i) => $"{_prefix}-node{i}").ToList();
        var made = await AddNetworksAsync([.. names, $"{_prefix}-fabric", $"{_prefix}-outside"], cancellationToken);
        var (fabric, outside) = (made[^2], made[^1]);
        Outside = new LabHost("outside", node: null, outside, UsableFamilies.Filter(_topology.OutsideAddresses));
        foreach (var (node, network) in _topology.Nodes.Zip(made))
        {
            _nodes.Add(node.Name, new LabHost(node.Name, node: null, network, UsableFamilies.Filter(node.Addresses)));
            LabParameters.SetForRouter(network);
            _links = LabParameters.FilterBridges(network) ? _topology.PodLinks : PodLinks.Routed;
        }
        LabParameters.SetForRouter(outside);

        List<string> ports =
        [
            $"link add {LabCommands.FabricBridge} type bridge mcast_snooping 0",
            $"link set {LabCommands.FabricBridge} up",
        ];
        ports.AddRange(made.Except([fabric]).SelectMany((network, i) => LabCommands.FabricPort($"port{i}", network.Name, "eth0")));
        if (_topology.SandboxAddress is not null)
        {
            ports.AddRange(LabCommands.FabricPort("sandbox", Environment.ProcessId.ToString(CultureInfo.InvariantCulture), SandboxLink));
        }
        await IpCommand.RunAsync(fabric.Name, ports, cancellationToken);
        _hasSandboxLink = _topology.SandboxAddress is not null;
        foreach (var (network, lines) in Fabric.Hosts())
        {
            await IpCommand.RunAsync(network, lines, cancellationToken);
        }
        await AddPodsAsync(_topology.Pods, cancellationToken);
    }

    private async Task AddPodsAsync(IReadOnlyList<LabPod> added, CancellationToken cancellationToken)
    {
        added.ToList().ForEach(EnsureInRange);
        foreach (var pod in added.Where(pod => pod.Addresses.Count == 0))
        {
            var node = _nodes[pod.Node];
            _pods.Add(pod.Key, new LabHost(pod.Key, pod.Node, node.Network, node.Addresses));
        }
        added = [.. added.Where(pod => pod.Addresses.Count > 0)];
        var made = await AddNetworksAsync([.. added.Select(_ => $"{_prefix}-pod{_podNumber++}")], cancellationToken);
        foreach (var (pod, network) in added.Zip(made))
        {
            _pods.Add(pod.Key, new LabHost(pod.Key, pod.Node, network, UsableFamilies.Filter(pod.Addresses)));
        }
        foreach (var node in added.GroupBy(pod => pod.Node, StringComparer.Ordinal))
        {
            var ports = node.Select(pod => _pods[pod.Key].Network.Name)
                .SelectMany(network => LabCommands.PodPort($"veth{_portNumber++}", network, _links));
            await IpCommand.RunAsync(_nodes[node.Key].Network.Name, [.. ports], cancellationToken);
        }
        foreach (var (network, lines) in Fabric.RoutesTo([.. added.Select(pod => (pod, _pods[pod.Key]))]))
        {
            await IpCommand.RunAsync(network, lines, cancellationToken);
        }
        await Parallel.ForEachAsync(
            added,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken },
            async (pod, token) =>
            {
                var host = _pods[pod.Key];
                await IpCommand.RunAsync(
                    host.Network.Name,
                    [.. LabCommands.PodInside(host.Addresses, _topology.RangesOf(pod.Node), _links)],
                    token
                );
            }
        );
    }

    private LabFabric Fabric => new(_topology, _nodes, Outside, _hasSandboxLink ? SandboxLink : null);

    private void EnsureInRange(LabPod pod)
    {
        foreach (var address in pod.Addresses)
        {
            var ranges = _topology.RangesOf(pod.Node).Where(range => range.BaseAddress.AddressFamily == address.AddressFamily).ToList();
            if (ranges.Count > 0 && !ranges.Exists(range => range.Contains(address)))
            {
                throw new LabException($"the address {address} of pod {pod.Key} is not in {pod.Node}'s pod range {ranges[0]}");
            }
        }
    }

    private async Task<IReadOnlyList<NetworkNamespace>> AddNetworksAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        await IpCommand.RunAsync(null, [.. names.Select(name => $"netns add {name}")], cancellationToken);
        var made = names.Select(NetworkNamespace.Open).ToList();
        _networks.AddRange(made);
        made.ForEach(LabParameters.SetForAll);
        return made;
    }
}

/// <summary>The lab could not be built or changed; the message says which command failed, and what it answered.</summary>
public sealed class LabException : Exception
{
    /// <summary>Makes an exception without a message.</summary>
    public LabException() { }

    /// <summary>Makes an exception with a message.</summary>
    public LabException(string message)
        : base(message) { }

    /// <summary>Makes an exception with a message and its cause.</summary>
    public LabException(string message, Exception innerException)
        : base(message, innerException) { }
}
