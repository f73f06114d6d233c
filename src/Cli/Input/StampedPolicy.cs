using Palisade.Models;

namespace Palisade.Cli.Input;

/// <summary>A NetworkPolicy that a custom resource stamps.</summary>
/// <param name="Owner">The custom resource.</param>
/// <param name="Policy">What it stamps into one namespace.</param>
internal sealed record StampedPolicy(IKubernetesObject<V1ObjectMeta> Owner, V1NetworkPolicy Policy);
