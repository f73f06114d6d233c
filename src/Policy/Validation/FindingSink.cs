using FluentValidation;
using FluentValidation.Results;
using Palisade.Policy.Validation.Document;

namespace Palisade.Policy.Validation;

/// <summary>Takes what a concern finds.</summary>
internal sealed class FindingSink(ValidationContext<PolicyDocument> context, bool lenient)
{
    /// <summary>The object is refused.</summary>
    public void Error(string code, string field, string? value, string message) => Add(Severity.Error, code, field, value, message);

    /// <summary>The object is refused, unless it is one of those the API server is left to judge, and some version takes this.</summary>
    public void ErrorUnlessLenient(string code, string field, string? value, string message) =>
        Add(lenient ? Severity.Warning : Severity.Error, code, field, value, message);

    /// <summary>The object is let in, and the user is told.</summary>
    public void Warning(string code, string field, string? value, string message) => Add(Severity.Warning, code, field, value, message);

    /// <summary>The object is refused for a number, which is shown without quotes.</summary>
    public void ErrorOfNumber(string code, string field, int value, string message)
    {
        var text = value.ToString(System.Globalization.CultureInfo.InvariantCulture);
        context.AddFailure(Failure(Severity.Error, code, field, text, message, isBareValue: true));
    }

    private void Add(Severity severity, string code, string field, string? value, string message) =>
        context.AddFailure(Failure(severity, code, field, value, message, isBareValue: false));

    private static ValidationFailure Failure(
        Severity severity,
        string code,
        string field,
        string? value,
        string message,
        bool isBareValue
    ) =>
        new(field, message, value)
        {
            ErrorCode = code,
            Severity = severity,
            CustomState = isBareValue,
        };
}
