using System.Collections.Immutable;
using Palisade.Models;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Compilation;

/// <summary>A pod that takes part in policy, with the addresses that are its own.</summary>
internal sealed record IndexedPod(V1Pod Pod, ImmutableArray<IpAddress> Addresses)
{
    public string Namespace => Pod.Metadata.NamespaceProperty ?? "";

    public string Name => Pod.Metadata.Name;

    public IDictionary<string, string>? Labels => Pod.Metadata.Labels;

    /// <summary>Numbers of the ports of that name and protocol.</summary>
    public IEnumerable<int> PortsNamed(string name, string protocol)
    {
        foreach (var container in ServingContainers())
        {
            foreach (var port in container.Ports ?? [])
            {
                if (string.Equals(port.Name, name, StringComparison.Ordinal) && (port.Protocol ?? Protocols.Tcp) == protocol)
                {
                    yield return port.ContainerPort;
                }
            }
        }
    }

    private IEnumerable<V1Container> ServingContainers() =>
        (Pod.Spec?.Containers ?? []).Concat((Pod.Spec?.InitContainers ?? []).Where(c => c.RestartPolicy == "Always"));
}
