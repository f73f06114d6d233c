using Palisade.Policy.Shapes;
using Palisade.Policy.Validation;

namespace Palisade.Webhook.Admission;

/// <summary>Judges a write. Has no side effects.</summary>
/// <typeparam name="T">The kind.</typeparam>
/// <param name="old">The object as it is; null when it is created.</param>
/// <param name="now">The object as it would be, as far as it could be read; null when it is deleted.</param>
/// <param name="context">Circumstances of the write.</param>
/// <returns>What there is to say; with an error among it the write is refused.</returns>
internal delegate IReadOnlyList<Finding> AdmissionHandler<in T>(T? old, T? now, AdmissionContext context)
    where T : class;

/// <summary>Circumstances of a write that a handler is asked about.</summary>
public sealed record AdmissionContext
{
    /// <summary>Name of the object; the prefix and a star when the API server is yet to make one.</summary>
    public required string Name { get; init; }

    /// <summary>Name of the user who writes.</summary>
    public required string User { get; init; }

    /// <summary>
    /// Whether the spec is written. Where it stays as it was, refuse with care: finalizers must always be removable, and objects from before the
    /// webhook must stay writable.
    /// </summary>
    public bool SpecChanged { get; init; } = true;

    /// <summary>
    /// Whether the write comes with what <c>kubectl apply</c> leaves in an annotation. While that stays as it was, it says nothing about
    /// this write: what somebody once applied is not the fault of who edits now.
    /// </summary>
    public bool AppliedNow { get; init; } = true;

    /// <summary>What could not be read of the new object, which lacks it, and what its kind does not have.</summary>
    public IReadOnlyList<ShapeFault> Faults { get; init; } = [];
}
