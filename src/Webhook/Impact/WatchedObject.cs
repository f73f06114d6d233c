using Palisade.Policy;

namespace Palisade.Webhook.Impact;

/// <summary>What is kept of objects that are watched, and what it takes of the memory.</summary>
internal static class WatchedObject
{
    /// <summary>So many labels, addresses, peers and ports are as good as one more object.</summary>
    private const int PartsOfAnObject = 16;

    /// <summary>Keeps what tells whose DNS queries the policy lets out.</summary>
    public static PolicyFacts Read(V1NetworkPolicy policy)
    {
        if (policy.Spec is { } spec)
        {
            spec.Ingress = null;
        }

        return PolicyFacts.From(policy);
    }

    /// <summary>How many objects of the usual size it is as large as.</summary>
    public static int Weigh(NamespaceFacts target) => Objects(target.Labels.Count);

    /// <inheritdoc cref="Weigh(NamespaceFacts)"/>
    public static int Weigh(PodFacts pod) => Objects(pod.Labels.Count + pod.Addresses.Count + pod.Ports.Count);

    /// <inheritdoc cref="Weigh(NamespaceFacts)"/>
    public static int Weigh(PolicyFacts policy)
    {
        var rules = policy.Spec.Egress ?? [];
        return Objects(Parts(policy.Spec.PodSelector) + rules.Sum(rule => 1 + (rule.Ports?.Count ?? 0) + (rule.To?.Sum(Parts) ?? 0)));
    }

    private static int Objects(int parts) => 1 + (parts / PartsOfAnObject);

    private static int Parts(V1NetworkPolicyPeer peer) =>
        1 + Parts(peer.PodSelector) + Parts(peer.NamespaceSelector) + (peer.IpBlock?.Except?.Count ?? 0);

    private static int Parts(V1LabelSelector? selector) =>
        selector is null ? 0 : Count(selector.MatchLabels) + (selector.MatchExpressions?.Sum(one => 1 + (one.Values?.Count ?? 0)) ?? 0);

    private static int Count(IDictionary<string, string>? labels) => labels?.Count ?? 0;
}
