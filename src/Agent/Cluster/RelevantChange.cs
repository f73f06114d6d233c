using k8s;
using Palisade.Policy.Selectors;

namespace Palisade.Agent.Cluster;

/// <summary>
/// Tells changes that rules may depend on from the others: heartbeats of nodes, probes and restarts of pods, annotations. Creation and
/// deletion always count. In doubt a change counts: the pass that follows then finds nothing to do.
/// </summary>
public static class RelevantChange
{
    /// <summary>Whether a pod's labels, node, network, ports, addresses or end changed.</summary>
    public static bool OfPod(V1Pod before, V1Pod after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return before.Metadata.Uid != after.Metadata.Uid
            || !SameLabels(before, after)
            || before.Spec?.NodeName != after.Spec?.NodeName
            || before.Spec?.HostNetwork != after.Spec?.HostNetwork
            || HasFinished(before) != HasFinished(after)
            || !Addresses(before).SequenceEqual(Addresses(after), StringComparer.Ordinal)
            || !NamedPorts(before).SequenceEqual(NamedPorts(after));
    }

    /// <summary>Whether a namespace's labels changed.</summary>
    public static bool OfNamespace(V1Namespace before, V1Namespace after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return !SameLabels(before, after);
    }

    /// <summary>Whether the spec of a policy or profile changed; the API server raises the generation with it.</summary>
    public static bool OfSpec(IKubernetesObject<V1ObjectMeta> before, IKubernetesObject<V1ObjectMeta> after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return after.Metadata.Generation is null
            || before.Metadata.Generation != after.Metadata.Generation
            || before.Metadata.Uid != after.Metadata.Uid;
    }

    /// <summary>Whether a node's labels, pod ranges or addresses changed.</summary>
    public static bool OfNode(V1Node before, V1Node after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return !SameLabels(before, after)
            || before.Spec?.PodCIDR != after.Spec?.PodCIDR
            || !(before.Spec?.PodCIDRs ?? []).SequenceEqual(after.Spec?.PodCIDRs ?? [], StringComparer.Ordinal)
            || !Addresses(before).SequenceEqual(Addresses(after));
    }

    private static bool HasFinished(V1Pod pod) => pod.Status?.Phase is "Succeeded" or "Failed";

    private static bool SameLabels(IKubernetesObject<V1ObjectMeta> before, IKubernetesObject<V1ObjectMeta> after) =>
        LabelSetComparer.Instance.Equals(before.Metadata.Labels, after.Metadata.Labels);

    private static IEnumerable<string?> Addresses(V1Pod pod) =>
        (pod.Status?.PodIPs ?? []).Select(address => address.Ip).Prepend(pod.Status?.PodIP);

    private static IEnumerable<(string Type, string Address)> Addresses(V1Node node) =>
        (node.Status?.Addresses ?? []).Select(address => (address.Type, address.Address));

    // restartPolicy tells sidecars, whose ports serve, from other init containers.
    private static IEnumerable<(string?, string?, int, string?)> NamedPorts(V1Pod pod) =>
        from container in (pod.Spec?.Containers ?? []).Concat(pod.Spec?.InitContainers ?? [])
        from port in container.Ports ?? []
        where port.Name is not null
        select (container.RestartPolicy, port.Name, port.ContainerPort, port.Protocol);
}
