using System.Collections.Immutable;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Compilation;

/// <summary>A pod that takes part in policy, with all that policy can ask of it; another state of the pod is another object.</summary>
/// <param name="pod">The pod.</param>
/// <param name="home">Its namespace; null when that is not known, and then no selector of namespaces matches it.</param>
/// <param name="addresses">Addresses that are its own, in order.</param>
/// <param name="isLocal">Whether it is on the node that is compiled for.</param>
internal sealed class IndexedPod(V1Pod pod, V1Namespace? home, ImmutableArray<IpAddress> addresses, bool isLocal)
{
    public V1Pod Pod => pod;

    public V1Namespace? Home => home;

    public ImmutableArray<IpAddress> Addresses => addresses;

    public bool IsLocal => isLocal;

    public string Namespace => pod.Metadata.NamespaceProperty ?? "";

    public string Name => pod.Metadata.Name;

    public IDictionary<string, string>? Labels => pod.Metadata.Labels;

    /// <summary>Numbers of the ports of that name and protocol.</summary>
    public IEnumerable<int> PortsNamed(NamedPort wanted)
    {
        foreach (var container in ServingContainers())
        {
            foreach (var port in container.Ports ?? [])
            {
                if (string.Equals(port.Name, wanted.Name, StringComparison.Ordinal) && (port.Protocol ?? Protocols.Tcp) == wanted.Protocol)
                {
                    yield return port.ContainerPort;
                }
            }
        }
    }

    private IEnumerable<V1Container> ServingContainers() =>
        (pod.Spec?.Containers ?? []).Concat((pod.Spec?.InitContainers ?? []).Where(c => c.RestartPolicy == "Always"));
}
