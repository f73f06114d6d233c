using System.Collections.Immutable;
using Palisade.Models;

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
);
