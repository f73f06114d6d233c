namespace Palisade.Models;

/// <summary>What a NetworkPolicy asks for.</summary>
public sealed class V1NetworkPolicySpec
{
    /// <summary>Pods of the policy's namespace that it isolates and allows for; empty selects all.</summary>
    public V1LabelSelector? PodSelector { get; set; }

    /// <summary>Directions that the policy isolates: Ingress, Egress. Absent: Ingress always, Egress when there is at least one egress rule.</summary>
    public IList<string>? PolicyTypes { get; set; }

    /// <summary>Rules for incoming connections; any one suffices.</summary>
    public IList<V1NetworkPolicyIngressRule>? Ingress { get; set; }

    /// <summary>Rules for outgoing connections; any one suffices.</summary>
    public IList<V1NetworkPolicyEgressRule>? Egress { get; set; }
}
