using Palisade.Policy.Validation;

namespace Palisade.Webhook.Admission;

/// <summary>Circumstances of a write that a webhook is asked about.</summary>
public sealed record AdmissionContext
{
    /// <summary>Name of the object; the prefix and a star when the API server is yet to make one.</summary>
    public required string Name { get; init; }

    /// <summary>Namespace of the object; null for cluster-scoped kinds.</summary>
    public string? Namespace { get; init; }

    /// <summary>Name of the user who writes.</summary>
    public required string User { get; init; }

    /// <summary>Whether the write is a trial only. Nothing here has side effects, so the answer is the same.</summary>
    public bool DryRun { get; init; }

    /// <summary>
    /// Whether the write comes with what <c>kubectl apply</c> leaves in an annotation. While that stays as it was, it says nothing about
    /// this write: what somebody once applied is not the fault of who edits now.
    /// </summary>
    public bool AppliedNow { get; init; } = true;

    /// <summary>
    /// What could not be read of the new object. The object that the webhook is given lacks it.
    /// </summary>
    public IReadOnlyList<Finding> ReadingFindings { get; init; } = [];
}
