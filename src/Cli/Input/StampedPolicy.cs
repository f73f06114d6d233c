using System.Collections.Immutable;
using k8s;
using Palisade.Policy.Expansion;

namespace Palisade.Cli.Input;

/// <summary>A NetworkPolicy that a custom resource stamps.</summary>
/// <param name="Owner">The custom resource.</param>
/// <param name="Policy">What it stamps into one namespace.</param>
/// <param name="IngressOrigins">For each of its ingress rules the path of what it came of in the custom resource.</param>
/// <param name="EgressOrigins">The same for its egress rules.</param>
internal sealed record StampedPolicy(
    IKubernetesObject<V1ObjectMeta> Owner,
    V1NetworkPolicy Policy,
    ImmutableArray<string> IngressOrigins,
    ImmutableArray<string> EgressOrigins
)
{
    /// <summary>Whether addresses of nodes are left out, since there are too many: what is stamped already then stays as it is.</summary>
    public bool LacksNodes { get; init; }

    /// <summary>What an expansion stamps; null for nothing.</summary>
    public static StampedPolicy? From(IKubernetesObject<V1ObjectMeta> owner, ExpansionResult result) =>
        (result.Policy ?? result.WithoutNodes) is { } policy
            ? new(owner, policy, result.IngressOrigins, result.EgressOrigins) { LacksNodes = result.Policy is null }
            : null;
}
