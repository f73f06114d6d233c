using FluentValidation;
using FluentValidation.Results;
using Palisade.Policy.Validation.Document;

namespace Palisade.Policy.Validation;

/// <summary>
/// Validates one concern of a document, whole and alone: it neither stops at its first finding nor looks at those of others.
/// </summary>
/// <remarks>
/// The whole document at once rather than a rule for each property: a document may have 100,000 exceptions, and the path of a field is
/// put together only where something is found. Without rules nothing compiles expressions when the program starts, either.
/// </remarks>
internal abstract class Concern : AbstractValidator<PolicyDocument>
{
    /// <inheritdoc/>
    public override ValidationResult Validate(ValidationContext<PolicyDocument> context)
    {
        var findings = new FindingSink(context.InstanceToValidate.Tolerance.IsLenient);
        Check(context.InstanceToValidate, findings);
        return new ValidationResult(findings.Failures);
    }

    /// <inheritdoc/>
    public override Task<ValidationResult> ValidateAsync(
        ValidationContext<PolicyDocument> context,
        CancellationToken cancellation = default
    ) => Task.FromResult(Validate(context));

    /// <summary>Finds all there is to find.</summary>
    protected abstract void Check(PolicyDocument document, FindingSink findings);
}
