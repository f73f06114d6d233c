using FluentValidation;
using Palisade.Policy.Validation.Document;

namespace Palisade.Policy.Validation;

/// <summary>
/// Validates one concern of a document, whole and alone: it neither stops at its first finding nor looks at those of others.
/// </summary>
/// <remarks>
/// One custom rule over the whole document rather than a rule for each property: a document may have 100,000 exceptions, and the
/// path of a field is put together only where something is found.
/// </remarks>
internal abstract class Concern : AbstractValidator<PolicyDocument>
{
    protected Concern() =>
        RuleFor(document => document).Custom((document, context) => Check(document, new FindingSink(context, document.IsLenient)));

    /// <summary>Finds all there is to find.</summary>
    protected abstract void Check(PolicyDocument document, FindingSink findings);
}
