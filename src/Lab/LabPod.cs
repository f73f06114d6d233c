using System.Net;

namespace Palisade.Lab;

/// <summary>A pod to build.</summary>
/// <param name="Namespace">Kubernetes namespace.</param>
/// <param name="Name">Name of the pod.</param>
/// <param name="Node">Name of the node it runs on.</param>
/// <param name="Addresses">
/// Its addresses, at most one a family, inside the node's pod range of the family where it has one; empty: it uses the node's network.
/// </param>
public sealed record LabPod(string Namespace, string Name, string Node, IReadOnlyList<IPAddress> Addresses)
{
    /// <summary>The pod's key, <c>namespace/name</c>.</summary>
    public string Key => $"{Namespace}/{Name}";
}
