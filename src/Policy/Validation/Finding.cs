using System.Globalization;
using System.Text;

namespace Palisade.Policy.Validation;

/// <summary>Something that is wrong or suspicious in an object.</summary>
/// <param name="Code">Stable code, one of <see cref="FindingCodes"/>; docs/findings.md explains each. Empty for a note, which is about no rule.</param>
/// <param name="Severity">Whether the object is refused for it.</param>
/// <param name="Field">Path of the field, such as <c>spec.ingress[0].from[0].ipBlock.cidr</c>; empty for the object as a whole.</param>
/// <param name="Value">The value as it stands there; null when it is absent or has parts of its own.</param>
/// <param name="Message">What must be, and how to fix it; continues a sentence that began with field and value.</param>
public sealed record Finding(string Code, FindingSeverity Severity, string Field, string? Value, string Message)
{
    /// <inheritdoc cref="Finding(string, FindingSeverity, string, string?, string)"/>
    public string Field { get; init; } = Text.Visible(Field);

    /// <inheritdoc cref="Finding(string, FindingSeverity, string, string?, string)"/>
    public string? Value { get; init; } = Value is null ? null : Text.Visible(Value);

    /// <inheritdoc cref="Finding(string, FindingSeverity, string, string?, string)"/>
    public string Message { get; init; } = Text.Visible(Message);

    /// <summary>Whether the value is a number or boolean in the object, and is shown without quotes.</summary>
    public bool IsBareValue { get; init; }

    /// <summary>A sentence for the user that is about no field and breaks no rule.</summary>
    public static Finding Note(string message) => new("", FindingSeverity.Warning, "", null, message);

    /// <summary>The finding on one line: field, value, what must be, code.</summary>
    public override string ToString()
    {
        var value = Value is null || IsBareValue ? Value : $"\"{Value}\"";
        var lead =
            value is null ? ""
            : Severity == FindingSeverity.Error ? $"Invalid value: {value}: "
            : $"{value}: ";
        return $"{(Field.Length == 0 ? "" : $"{Field}: ")}{lead}{Message}{(Code.Length == 0 ? "" : $" [{Code}]")}";
    }
}

/// <summary>What a finding leads to.</summary>
public enum FindingSeverity
{
    /// <summary>The object is legal but suspicious: it is let in, and the user is told.</summary>
    Warning,

    /// <summary>The object is refused.</summary>
    Error,
}

/// <summary>The message with which an object is refused: every error of it, one a line.</summary>
public static class RejectionMessage
{
    /// <summary>Writes the message. Warnings among the findings are left out.</summary>
    /// <param name="kind">Kind of the object.</param>
    /// <param name="name">Name of the object; with its namespace before a slash if it has one.</param>
    /// <param name="findings">What was found.</param>
    public static string Format(string kind, string name, IEnumerable<Finding> findings)
    {
        var errors = findings.Where(f => f.Severity == FindingSeverity.Error).ToList();
        var message = new StringBuilder();
        message.Append(
            CultureInfo.InvariantCulture,
            $"{kind} \"{name}\" is invalid ({errors.Count} {(errors.Count == 1 ? "error" : "errors")}):"
        );
        foreach (var error in errors)
        {
            message.Append("\n  ").Append(error);
        }

        return message.ToString();
    }
}
