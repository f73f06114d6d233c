using System.Globalization;
using FluentValidation;
using FluentValidation.Results;

namespace Palisade.Policy.Validation;

/// <summary>How findings travel through FluentValidation: as failures with the code of the catalogue and the path in the document.</summary>
internal static class FindingFailures
{
    private const string ToleranceKey = "tolerance";

    /// <summary>A context in which the document is validated.</summary>
    public static ValidationContext<PolicyDocument> ToContext(this PolicyDocument document)
    {
        var context = new ValidationContext<PolicyDocument>(document);
        context.RootContextData[ToleranceKey] = document.Tolerance;
        return context;
    }

    /// <summary>The object is refused.</summary>
    /// <param name="context">Where the failure goes.</param>
    /// <param name="code">One of <see cref="FindingCodes"/>.</param>
    /// <param name="field">Path of the field.</param>
    /// <param name="value">What stands there, a string or a number; null when it is absent or has parts of its own.</param>
    /// <param name="message">What must be, and how to fix it.</param>
    public static void AddError<T>(this ValidationContext<T> context, string code, string field, object? value, string message) =>
        context.Add(Severity.Error, code, field, value, message);

    /// <summary>What the API server that the object is for takes.</summary>
    public static ServerTolerance Tolerance<T>(this ValidationContext<T> context) => (ServerTolerance)context.RootContextData[ToleranceKey];

    /// <summary>The object is refused, unless it is one of those the API server is left to judge, of which every version takes this.</summary>
    public static void AddErrorUnlessLenient<T>(
        this ValidationContext<T> context,
        string code,
        string field,
        object? value,
        string message
    ) => context.AddErrorUnless(context.Tolerance().IsLenient, code, field, value, message);

    /// <summary>The object is refused, unless the API server that it is for takes this.</summary>
    public static void AddErrorUnless<T>(
        this ValidationContext<T> context,
        bool isTaken,
        string code,
        string field,
        object? value,
        string message
    ) => context.Add(isTaken ? Severity.Warning : Severity.Error, code, field, value, message);

    /// <summary>The object is let in, and the user is told.</summary>
    public static void AddWarning<T>(this ValidationContext<T> context, string code, string field, object? value, string message) =>
        context.Add(Severity.Warning, code, field, value, message);

    public static List<Finding> ToFindings(this ValidationResult result) =>
        [
            .. result.Errors.Select(failure => new Finding(
                failure.ErrorCode,
                failure.Severity == Severity.Error ? FindingSeverity.Error : FindingSeverity.Warning,
                failure.PropertyName,
                failure.AttemptedValue is { } value ? Convert.ToString(value, CultureInfo.InvariantCulture) : null,
                failure.ErrorMessage
            )
            {
                IsBareValue = failure.CustomState is FindingState.BareValue,
            }),
        ];

    private static void Add<T>(
        this ValidationContext<T> context,
        Severity severity,
        string code,
        string field,
        object? value,
        string message
    ) =>
        context.AddFailure(
            new ValidationFailure(field, message, value)
            {
                ErrorCode = code,
                Severity = severity,
                CustomState = value is int ? FindingState.BareValue : FindingState.None,
            }
        );
}

/// <summary>What a failure carries beside code and value.</summary>
internal enum FindingState
{
    None,

    /// <summary>The value is shown without quotes.</summary>
    BareValue,
}
