using System.Net;
using System.Net.Sockets;

namespace Palisade.Lab;

/// <summary>A place in the lab from which and to which connections can be made: a pod, a node, or the host outside.</summary>
public sealed class LabHost
{
    internal LabHost(string name, string? node, NetworkNamespace network, IReadOnlyList<IPAddress> addresses)
    {
        (Name, Node, Network, Addresses) = (name, node, network, addresses);
    }

    /// <summary><c>namespace/name</c> of a pod, the name of a node, or <c>outside</c>.</summary>
    public string Name { get; }

    /// <summary>Name of the node that a pod runs on; null for anything but a pod.</summary>
    public string? Node { get; }

    /// <summary>The network namespace.</summary>
    public NetworkNamespace Network { get; }

    /// <summary>Its addresses.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; }

    /// <summary>Its first address of a family; null when it has none.</summary>
    public IPAddress? AddressOf(AddressFamily family) => Addresses.FirstOrDefault(address => address.AddressFamily == family);

    /// <summary>The same place, known by one of its addresses only: connections from it have that source.</summary>
    public LabHost At(IPAddress address) =>
        Addresses.Contains(address)
            ? new LabHost($"{Name} {address}", Node, Network, [address])
            : throw new LabException($"{Name} does not have the address {address}");

    /// <summary>Whether this host has no network of its own but another's, as a pod with <c>hostNetwork: true</c>.</summary>
    internal bool UsesNetworkOf(LabHost other) => ReferenceEquals(Network, other.Network);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
