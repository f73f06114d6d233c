using System.Net;
using System.Net.Sockets;

namespace Palisade.Lab;

/// <summary>The lines for <c>ip -batch</c> that make up a lab.</summary>
internal static class LabCommands
{
    /// <summary>The bridge of a node, on which its pods are.</summary>
    public const string Bridge = "cni0";

    /// <summary>The bridge between the nodes.</summary>
    public const string FabricBridge = "fabric0";

    /// <summary>Plugs a host into the fabric: its own end is called <paramref name="link"/>, the fabric's <paramref name="port"/>.</summary>
    public static IEnumerable<string> FabricPort(string port, string network, string link) =>
        [$"link add {port} type veth peer name {link} netns {network}", $"link set {port} master {FabricBridge} up"];

    /// <summary>A host's end on the fabric, with a route to every other host there: addresses of nodes need not share a range.</summary>
    public static IEnumerable<string> OnFabric(string link, IEnumerable<IPAddress> addresses, IEnumerable<IPAddress> others) =>
        [
            "link set lo up",
            .. addresses.Select(address => $"addr add {address}/{Bits(address)} dev {link} nodad"),
            $"link set {link} up",
            .. others.Select(address => $"route add {address}/{Bits(address)} dev {link}"),
        ];

    /// <summary>Routes that send ranges, or everything, to the host of that address on the fabric.</summary>
    public static IEnumerable<string> Routes(IEnumerable<IPNetwork> ranges, IReadOnlyList<IPAddress> gateways, string link) =>
        from range in ranges
        let gateway = gateways.FirstOrDefault(address => address.AddressFamily == range.BaseAddress.AddressFamily)
        where gateway is not null
        select $"route add {range} via {gateway} dev {link} onlink";

    /// <summary>The default route of both families, as ranges.</summary>
    public static IReadOnlyList<IPNetwork> Everything { get; } = [new(IPAddress.Any, 0), new(IPAddress.IPv6Any, 0)];

    /// <summary>
    /// A node's bridge; it never learns slowly or prunes, so that a new pod can talk at once. In a family without a pod range it has the address
    /// that <see cref="LinkGateway"/> says.
    /// </summary>
    public static IEnumerable<string> NodeBridge(IReadOnlyList<IPNetwork> podRanges, IEnumerable<AddressFamily> families) =>
        [
            $"link add {Bridge} type bridge stp_state 0 forward_delay 0 mcast_snooping 0",
            .. podRanges.Select(range => $"addr add {FirstOf(range)}/{range.PrefixLength} dev {Bridge} nodad"),
            .. families
                .Except(podRanges.Select(range => range.BaseAddress.AddressFamily))
                .Select(LinkGateway)
                .Select(address => $"addr add {address}/{Bits(address)} dev {Bridge} nodad"),
            $"link set {Bridge} up",
        ];

    /// <summary>The gateway of pods that are in no range, on every node the same, as Calico has it.</summary>
    public static IPAddress LinkGateway(AddressFamily family) =>
        IPAddress.Parse(family == AddressFamily.InterNetwork ? "169.254.1.1" : "fe80::1");

    /// <summary>Routes on a pod's node to those of its addresses that are in no range.</summary>
    public static IEnumerable<string> RoutesToPod(IEnumerable<IPAddress> addresses) =>
        addresses.Select(address => $"route replace {address}/{Bits(address)} dev {Bridge}");

    /// <summary>The same for another host on the fabric, by way of the node.</summary>
    public static IEnumerable<string> RoutesToPod(IEnumerable<IPAddress> addresses, LabHost node, string link) =>
        from address in addresses
        let gateway = node.AddressOf(address.AddressFamily)
        where gateway is not null
        select $"route replace {address}/{Bits(address)} via {gateway} dev {link} onlink";

    /// <summary>A pod's port on its node's bridge; hairpin lets a pod reach itself through a Service.</summary>
    public static IEnumerable<string> PodPort(string port, string network, PodLinks links) =>
        [
            $"link add {port} type veth peer name eth0 netns {network}",
            $"link set {port} master {Bridge} up",
            $"link set {port} type bridge_slave " + (links == PodLinks.Bridged ? "hairpin on" : "isolated on"),
        ];

    /// <summary>A pod's own end.</summary>
    public static IEnumerable<string> PodInside(IReadOnlyList<IPAddress> addresses, IReadOnlyList<IPNetwork> podRanges, PodLinks links)
    {
        yield return "link set lo up";
        yield return "link set eth0 up";
        foreach (var address in addresses)
        {
            var isInRange = podRanges.Any(range => range.Contains(address));
            var range = podRanges.FirstOrDefault(range => range.Contains(address));
            var length = links == PodLinks.Bridged && isInRange ? range.PrefixLength : Bits(address);
            var gateway = isInRange ? FirstOf(range) : LinkGateway(address.AddressFamily);
            yield return $"addr add {address}/{length} dev eth0 nodad";
            yield return $"route add default via {gateway} dev eth0 onlink";
        }
    }

    /// <summary>The first address of a range, which is the bridge's.</summary>
    public static IPAddress FirstOf(IPNetwork range)
    {
        var bytes = range.BaseAddress.GetAddressBytes();
        bytes[^1]++;
        return new IPAddress(bytes);
    }

    private static int Bits(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
}
