namespace Palisade.Webhook.Impact;

/// <summary>What is kept of objects that are watched, and what it takes of the memory.</summary>
internal static class WatchedObject
{
    /// <summary>So many labels, addresses, peers and ports are as good as one more object.</summary>
    private const int PartsOfAnObject = 16;

    /// <summary>Keeps what tells whether custom resources apply to the namespace.</summary>
    public static void Strip(V1Namespace target) => StripMetadata(target.Metadata);

    /// <summary>Keeps what tells which policies select a pod, whether it can be selected, and its addresses, once.</summary>
    public static void Strip(V1Pod pod)
    {
        pod.Metadata.Uid = null;
        StripMetadata(pod.Metadata);
        if (pod.Spec is { } spec)
        {
            (spec.Containers, spec.InitContainers, spec.NodeName) = (null, null, null);
        }

        if (pod.Status is { } status)
        {
            status.HostIP = null;
            status.PodIP = status.PodIPs is { Count: > 0 } ? null : status.PodIP;
        }
    }

    /// <summary>Keeps what tells whose DNS queries the policy lets out.</summary>
    public static void Strip(V1NetworkPolicy policy)
    {
        policy.Metadata.Labels = null;
        StripMetadata(policy.Metadata);
        if (policy.Spec is { } spec)
        {
            spec.Ingress = null;
        }
    }

    /// <summary>How many objects of the usual size it is as large as.</summary>
    public static int Weigh(V1Namespace target) => Objects(Count(target.Metadata.Labels));

    /// <inheritdoc cref="Weigh(V1Namespace)"/>
    public static int Weigh(V1Pod pod) => Objects(Count(pod.Metadata.Labels) + (pod.Status?.PodIPs?.Count ?? 0));

    /// <inheritdoc cref="Weigh(V1Namespace)"/>
    public static int Weigh(V1NetworkPolicy policy)
    {
        var rules = policy.Spec?.Egress ?? [];
        return Objects(Parts(policy.Spec?.PodSelector) + rules.Sum(rule => 1 + (rule.Ports?.Count ?? 0) + (rule.To?.Sum(Parts) ?? 0)));
    }

    private static void StripMetadata(V1ObjectMeta metadata) =>
        (metadata.Annotations, metadata.OwnerReferences, metadata.Finalizers) = (null, null, null);

    private static int Objects(int parts) => 1 + (parts / PartsOfAnObject);

    private static int Parts(V1NetworkPolicyPeer peer) =>
        1 + Parts(peer.PodSelector) + Parts(peer.NamespaceSelector) + (peer.IpBlock?.Except?.Count ?? 0);

    private static int Parts(V1LabelSelector? selector) =>
        selector is null ? 0 : Count(selector.MatchLabels) + (selector.MatchExpressions?.Sum(one => 1 + (one.Values?.Count ?? 0)) ?? 0);

    private static int Count(IDictionary<string, string>? labels) => labels?.Count ?? 0;
}
