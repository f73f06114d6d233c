using System.Collections.Immutable;

namespace Palisade.Cli.Status;

/// <summary>How Palisade does in a cluster.</summary>
/// <param name="Resources">The custom resources, by kind and name.</param>
/// <param name="Agents">The agents.</param>
internal sealed record ClusterStatus(ImmutableArray<ResourceStatus> Resources, AgentStatus Agents)
{
    /// <summary>Whether every custom resource is stamped and every agent in sync.</summary>
    public bool IsWell => Resources.All(resource => resource.IsReady) && Agents.IsWell;
}
