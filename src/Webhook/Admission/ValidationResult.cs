namespace Palisade.Webhook.Admission;

/// <summary>What a webhook answers: allowed, or refused with a status; both may carry warnings.</summary>
/// <param name="Status">Why the write is refused; null when it is allowed.</param>
/// <param name="Warnings">Texts for the user, of any length.</param>
public sealed record ValidationResult(V1Status? Status, IReadOnlyList<string> Warnings)
{
    /// <summary>Whether the write may go on.</summary>
    public bool Allowed => Status is null;

    /// <summary>Allows the write.</summary>
    public static ValidationResult Success(params IReadOnlyList<string> warnings) => new(null, warnings);

    /// <summary>Refuses the write.</summary>
    public static ValidationResult Fail(V1Status status, params IReadOnlyList<string> warnings)
    {
        ArgumentNullException.ThrowIfNull(status);
        return new(status, warnings);
    }
}
