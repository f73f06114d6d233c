using FluentValidation;
using FluentValidation.Results;

namespace Palisade.Policy.Validation;

/// <summary>Takes what a concern finds.</summary>
internal sealed class FindingSink(bool lenient)
{
    private readonly List<ValidationFailure> _failures = [];

    /// <summary>What was found, in that order.</summary>
    public IReadOnlyList<ValidationFailure> Failures => _failures;

    /// <summary>The object is refused.</summary>
    public void Error(string code, string field, string? value, string message) => Add(Severity.Error, code, field, value, message);

    /// <summary>The object is refused, unless it is one of those the API server is left to judge, of which every version takes this.</summary>
    public void ErrorUnlessLenient(string code, string field, string? value, string message) =>
        ErrorUnless(lenient, code, field, value, message);

    /// <summary>The object is refused, unless the API server that it is for takes this.</summary>
    public void ErrorUnless(bool isTaken, string code, string field, string? value, string message) =>
        Add(isTaken ? Severity.Warning : Severity.Error, code, field, value, message);

    /// <summary>The object is let in, and the user is told.</summary>
    public void Warning(string code, string field, string? value, string message) => Add(Severity.Warning, code, field, value, message);

    /// <summary>The object is refused for a number, which is shown without quotes.</summary>
    public void ErrorOfNumber(string code, string field, int value, string message)
    {
        var text = value.ToString(System.Globalization.CultureInfo.InvariantCulture);
        _failures.Add(Failure(Severity.Error, code, field, text, message, isBareValue: true));
    }

    /// <summary>The object is let in, and the user is told of a number, which is shown without quotes.</summary>
    public void WarningOfNumber(string code, string field, int value, string message)
    {
        var text = value.ToString(System.Globalization.CultureInfo.InvariantCulture);
        _failures.Add(Failure(Severity.Warning, code, field, text, message, isBareValue: true));
    }

    private void Add(Severity severity, string code, string field, string? value, string message) =>
        _failures.Add(Failure(severity, code, field, value, message, isBareValue: false));

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
