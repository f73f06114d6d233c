using Palisade.Cli.Output;

namespace Palisade.Cli.Status;

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
