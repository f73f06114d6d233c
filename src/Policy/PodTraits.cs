using Palisade.Policy.Net;

namespace Palisade.Policy;

/// <summary>What of a pod matters to network policy.</summary>
public static class PodTraits
{
    /// <summary>
    /// Whether the pod holds its addresses: it has not finished. The address of a finished pod may belong to another one already;
    /// a pod that is being deleted keeps its own until it is gone.
    /// </summary>
    public static bool HoldsAddresses(V1Pod pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return pod.Status?.Phase is not ("Succeeded" or "Failed");
    }

    /// <summary>
    /// Whether policies can select the pod, as the one isolated or as a peer: it does not use its node's network, and holds its
    /// addresses.
    /// </summary>
    public static bool IsSelectable(V1Pod pod) => HoldsAddresses(pod) && pod.Spec?.HostNetwork != true;

    /// <summary>The pod's addresses of all families, in the order of its status; none when it has none yet or has finished.</summary>
    public static IEnumerable<IpAddress> Addresses(V1Pod pod)
    {
        if (!HoldsAddresses(pod))
        {
            return [];
        }

        var texts = pod.Status?.PodIPs is { Count: > 0 } all ? all.Select(ip => (string?)ip.Ip) : [pod.Status?.PodIP];
        return texts.Select(text => IpAddress.TryParse(text, out var address) ? address : (IpAddress?)null).OfType<IpAddress>();
    }

    /// <summary>Whether a container that serves (a sidecar too) gives the name to this port.</summary>
    public static bool NamesPort(V1Pod pod, string name, string protocol, int number)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return PortsNamed(pod, name, protocol).Contains(number);
    }

    /// <summary>Whether a container that serves (a sidecar too) says that it listens on the port.</summary>
    public static bool DeclaresPort(V1Pod pod, string protocol, int number)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return Ports(pod).Any(p => p.ContainerPort == number && (p.Protocol ?? "TCP") == protocol);
    }

    /// <summary>Numbers of the ports that have the name and protocol in the pod's containers, sidecars included.</summary>
    public static IEnumerable<int> PortsNamed(V1Pod pod, string name, string protocol)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return Ports(pod).Where(p => p.Name == name && (p.Protocol ?? "TCP") == protocol).Select(p => p.ContainerPort);
    }

    private static IEnumerable<V1ContainerPort> Ports(V1Pod pod)
    {
        var sidecars = (pod.Spec?.InitContainers ?? []).Where(c => c.RestartPolicy == "Always");
        return (pod.Spec?.Containers ?? []).Concat(sidecars).SelectMany(c => c.Ports ?? []);
    }
}
