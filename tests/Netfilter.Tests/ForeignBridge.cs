using Palisade.Lab;

namespace Palisade.Netfilter.Tests;

/// <summary>A bridge <c>virbr0</c> on the node of a lab, with two hosts that are no pods. Owns the lab.</summary>
internal sealed class ForeignBridge : IAsyncDisposable
{
    private static int _count;

    private ForeignBridge(NetworkLab lab, NetworkNamespace first, NetworkNamespace second) =>
        (Lab, Node, First, Second) = (lab, lab.Nodes["node-1"].Network, first, second);

    public NetworkLab Lab { get; }

    public NetworkNamespace Node { get; }

    public NetworkNamespace First { get; }

    public NetworkNamespace Second { get; }

    public static async Task<ForeignBridge> CreateAsync(NetworkLab lab, string? address)
    {
        var name = $"vm{Environment.ProcessId}.{Interlocked.Increment(ref _count)}";
        var hosts = new List<NetworkNamespace>();
        foreach (var host in (string[])[$"{name}a", $"{name}b"])
        {
            await Shell.RunAsync($"ip netns add {host}");
            hosts.Add(NetworkNamespace.Open(host));
        }
        var bridge = new ForeignBridge(lab, hosts[0], hosts[1]);
        await bridge.RunAsync("link add virbr0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0");
        if (address is not null)
        {
            await bridge.RunAsync($"addr add {address} dev virbr0 nodad");
        }
        await bridge.RunAsync("link set virbr0 up");
        for (var i = 0; i < hosts.Count; i++)
        {
            await bridge.RunAsync($"link add vnet{i} type veth peer name eth0 netns {hosts[i].Name}");
            await bridge.RunAsync($"link set vnet{i} master virbr0 up");
            await Shell.RunAsync($"ip -n {hosts[i].Name} link set eth0 up");
        }
        return bridge;
    }

    /// <summary>Runs <c>ip</c> on the node.</summary>
    public Task RunAsync(string command) => Shell.RunAsync($"ip -n {Node.Name} {command}");

    public async ValueTask DisposeAsync()
    {
        foreach (var host in (NetworkNamespace[])[First, Second])
        {
            host.Dispose();
            await Shell.RunAsync($"ip netns del {host.Name}");
        }
        await Lab.DisposeAsync();
    }
}
