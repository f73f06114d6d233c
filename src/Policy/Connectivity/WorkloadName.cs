namespace Palisade.Policy.Connectivity;

/// <summary>What people call the workload that a pod belongs to.</summary>
/// <param name="Name">Its name; empty for a pod without an owner.</param>
/// <param name="Kind">Kind of the owner; null for a pod without one.</param>
public sealed record WorkloadName(string Name, string? Kind)
{
    private const string TemplateHashLabel = "pod-template-hash";

    /// <summary>The pod's controller; the Deployment in place of its ReplicaSet.</summary>
    public static WorkloadName From(PodFacts pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        if (pod.Owner is not { } owner)
        {
            return new("", null);
        }

        // A Deployment's ReplicaSets are named <deployment>-<hash>, and the pods bear the hash as a label.
        var hash = pod.Labels.TryGetValue(TemplateHashLabel, out var label) ? $"-{label}" : null;
        return owner.Kind == "ReplicaSet" && hash is not null && owner.Name.EndsWith(hash, StringComparison.Ordinal)
            ? new(owner.Name[..^hash.Length], "Deployment")
            : new(owner.Name, owner.Kind);
    }

    /// <summary>A name for pods without an owner: what their names have in common, as in <c>db-0</c> and <c>db-1</c>, else the first name.</summary>
    public static string Common(IReadOnlyList<PodFacts> pods)
    {
        var first = pods[0].Name;
        if (pods.Count == 1)
        {
            return first;
        }

        var length = pods.Min(pod => first.Zip(pod.Name).TakeWhile(pair => pair.First == pair.Second).Count());
        var common = first[..length];
        var dash = common.LastIndexOf('-');
        return dash > 0 ? common[..dash] : first;
    }
}
