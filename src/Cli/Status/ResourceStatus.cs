using k8s;

namespace Palisade.Cli.Status;

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
    public static ResourceStatus From(IKubernetesObject<V1ObjectMeta> resource, PolicyStatus? status)
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
