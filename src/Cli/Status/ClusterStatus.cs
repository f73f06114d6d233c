using System.Collections.Immutable;
using Palisade.Cli.Output;
using Palisade.Kubernetes.Client;

namespace Palisade.Cli.Status;

/// <summary>How Palisade does in a cluster.</summary>
/// <param name="Resources">The custom resources, by kind and name.</param>
/// <param name="Agents">The agents.</param>
internal sealed record ClusterStatus(ImmutableArray<ResourceStatus> Resources, AgentStatus Agents)
{
    /// <summary>Whether every custom resource is stamped and every agent in sync.</summary>
    public bool IsWell => Resources.All(resource => resource.IsReady) && Agents.IsWell;
}

/// <summary>How a custom resource does.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsReady">Whether all of its namespaces are up to date with its newest spec.</param>
/// <param name="State">Ready, or the reason why it is not, for programs.</param>
/// <param name="Message">Why, human-readable; for a ready one what is worth knowing, null when there is nothing.</param>
/// <param name="Namespaces">Its counts; null when the operator has not seen it yet.</param>
/// <param name="Failures">Namespaces where it could not be stamped.</param>
internal sealed record ResourceStatus(
    string Kind,
    string Name,
    bool IsReady,
    string State,
    string? Message,
    NamespaceCounts? Namespaces,
    IReadOnlyList<NamespaceFailure> Failures
)
{
    /// <summary>Reads the status that the operator wrote.</summary>
    public static ResourceStatus From(k8s.IKubernetesObject<V1ObjectMeta> resource, PolicyStatus? status)
    {
        var isSeen = status is not null && status.ObservedGeneration == resource.Metadata.Generation;
        var conditions = status?.Conditions ?? [];
        var ready = conditions.FirstOrDefault(condition => condition.Type == "Ready");
        var (state, message) = (isSeen, ready) switch
        {
            (false, _) => ("Pending", "the operator has not seen the newest spec yet: is it running?"),
            (true, { Status: "True", Reason: "NameTaken" }) => ("Ready", ready.Message),
            (true, { Status: "True" }) => ("Ready", null),
            _ => (ready?.Reason ?? "Unknown", ready?.Message),
        };
        return new(
            resource.Kind,
            resource.Metadata.Name,
            state == "Ready",
            state,
            message,
            status?.Namespaces,
            [.. status?.Failures ?? []]
        );
    }
}

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

/// <summary>An agent that is not in sync, or that is missing.</summary>
/// <param name="Node">Its node; null when that is not known.</param>
/// <param name="Pod">Its pod, as namespace/name; null when it has none.</param>
/// <param name="Reason">Constant word, for programs.</param>
/// <param name="Message">What is known of it; human-readable.</param>
internal sealed record AgentTrouble(string? Node, string? Pod, string Reason, string Message)
{
    private const string NoAgent = nameof(NoAgent);
    private const string HowToSee = "kubectl get events -A --field-selector involvedObject.kind=DaemonSet tells why";

    /// <summary>What is wrong with an agent's pod; null when it is ready, which it is while it is in sync.</summary>
    public static AgentTrouble? From(PodHealth pod)
    {
        if (ConditionOf(pod, "Ready")?.Status == "True")
        {
            return null;
        }
        var (reason, message) = Explain(pod);
        var (inNamespace, name) = (pod.Metadata.NamespaceProperty, pod.Metadata.Name);
        return new(pod.Spec?.NodeName, $"{inNamespace}/{name}", reason, message ?? $"kubectl -n {inNamespace} logs {name} tells why");
    }

    /// <summary>A node that is to have an agent and has none.</summary>
    public static AgentTrouble MissingOn(string node) => new(node, null, NoAgent, $"there is no pod of the agent; {HowToSee}");

    /// <summary>So many nodes that are to have an agent and have none, when it is not known which.</summary>
    public static AgentTrouble Missing(int number) =>
        new(null, null, NoAgent, $"{Quantity.Format(number, "node has", "nodes have")} no pod of the agent; {HowToSee}");

    private static (string Reason, string? Message) Explain(PodHealth pod)
    {
        var waiting = (pod.Status?.ContainerStatuses ?? [])
            .Select(container => container.State?.Waiting)
            .FirstOrDefault(it => it is not null);
        var scheduled = ConditionOf(pod, "PodScheduled");
        return pod switch
        {
            { Metadata.DeletionTimestamp: not null } => ("Terminating", "the pod is being replaced"),
            _ when waiting is not null => (waiting.Reason ?? "Waiting", waiting.Message ?? ""),
            _ when scheduled is { Status: not "True" } => (scheduled.Reason, scheduled.Message),
            _ => ("NotReady", null),
        };
    }

    private static V1PodCondition? ConditionOf(PodHealth pod, string type) =>
        pod.Status?.Conditions?.FirstOrDefault(condition => condition.Type == type);
}
