using System.Collections.Immutable;
using Palisade.Kubernetes.Client;

namespace Palisade.Cli.Status;

/// <summary>How the agents do.</summary>
/// <param name="Wanted">How many there are to be; 0 where none are used.</param>
/// <param name="InSync">How many are in sync.</param>
/// <param name="OutOfSync">The others, by node.</param>
internal sealed record AgentStatus(int Wanted, int InSync, ImmutableArray<AgentTrouble> OutOfSync)
{
    private static readonly ListOptions Agents = ListOptions.All with { LabelSelector = "app.kubernetes.io/name=palisade-agent" };

    /// <summary>Whether there is nothing to say of them.</summary>
    public bool IsWell => OutOfSync.IsEmpty && InSync >= Wanted;

    /// <summary>Reads how they do.</summary>
    /// <exception cref="KubernetesException">The cluster cannot be read.</exception>
    public static async Task<AgentStatus> ReadAsync(IKubernetesClient client, CancellationToken cancellationToken)
    {
        var sets = client.ListAsync<V1DaemonSet>(Agents, cancellationToken);
        var pods = (await client.ListAsync<PodHealth>(Agents, cancellationToken)).Items;
        var wanted = (await sets).Items.Sum(set => set.Status?.DesiredNumberScheduled ?? 0);
        var nodes = NodesOf(pods).Count < wanted ? await NodesAsync(client, cancellationToken) : [];
        return From(wanted, pods, nodes);
    }

    /// <summary>Judges what was read.</summary>
    /// <param name="wanted">How many agents there are to be.</param>
    /// <param name="pods">Their pods.</param>
    /// <param name="nodes">The nodes, where some may have none.</param>
    public static AgentStatus From(int wanted, IEnumerable<PodHealth> pods, IEnumerable<V1Node> nodes)
    {
        var found = pods.Select(pod => (Pod: pod, Trouble: AgentTrouble.From(pod))).ToList();
        var taken = NodesOf(found.Select(item => item.Pod));
        var missing = wanted - taken.Count - found.Count(item => item.Pod.Spec?.NodeName is null);
        var without = nodes.Select(node => node.Metadata.Name).Where(name => !taken.Contains(name)).ToList();
        var troubles = found
            .Select(item => item.Trouble)
            .OfType<AgentTrouble>()
            // A DaemonSet may be for some of the nodes only: which of them lack it is known when it is all that do.
            .Concat(
                missing <= 0 ? []
                : without.Count == missing ? without.Select(AgentTrouble.MissingOn)
                : [AgentTrouble.Missing(missing)]
            );
        return new(
            wanted,
            found.Count(item => item.Trouble is null),
            [.. troubles.OrderBy(trouble => trouble.Node, StringComparer.Ordinal).ThenBy(trouble => trouble.Pod, StringComparer.Ordinal)]
        );
    }

    private static HashSet<string> NodesOf(IEnumerable<PodHealth> pods) =>
        pods.Select(pod => pod.Spec?.NodeName).OfType<string>().ToHashSet(StringComparer.Ordinal);

    /// <summary>The nodes on which agents run; none when the user may not list nodes.</summary>
    private static async Task<IEnumerable<V1Node>> NodesAsync(IKubernetesClient client, CancellationToken cancellationToken)
    {
        try
        {
            return (
                await client.ListAsync<V1Node>(ListOptions.All with { LabelSelector = "kubernetes.io/os=linux" }, cancellationToken)
            ).Items;
        }
        catch (KubernetesException exception) when (exception.Code == System.Net.HttpStatusCode.Forbidden)
        {
            return [];
        }
    }
}
