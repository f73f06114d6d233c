using System.Collections.Immutable;

namespace Palisade.Cli.Status;

/// <summary>How Palisade does in a cluster.</summary>
/// <param name="Resources">The custom resources, by kind and name.</param>
/// <param name="Agents">How many agents there are to be; 0 where none are used.</param>
/// <param name="AgentsInSync">How many of them are in sync.</param>
internal sealed record ClusterStatus(ImmutableArray<ResourceStatus> Resources, int Agents, int AgentsInSync)
{
    /// <summary>Whether every custom resource is stamped and every agent in sync.</summary>
    public bool IsWell => Resources.All(resource => resource.IsReady) && AgentsInSync >= Agents;
}
