namespace Palisade.Policy.Validation;

/// <summary>Something that is wrong or suspicious in an object.</summary>
/// <param name="Code">Stable code, one of <see cref="FindingCodes"/>; docs/findings.md explains each.</param>
/// <param name="Severity">Whether the object is refused for it.</param>
/// <param name="Field">Path of the field, such as <c>spec.ingress[0].from[0].ipBlock.cidr</c>.</param>
/// <param name="Value">The value as it stands there; null when it is absent or has parts of its own.</param>
/// <param name="Message">What must be, and how to mend it; continues a sentence that began with field and value.</param>
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

    /// <summary>The finding on one line: field, value, what must be, code.</summary>
    public override string ToString()
    {
        var value = Value is null || IsBareValue ? Value : $"\"{Value}\"";
        var lead =
            value is null ? ""
            : Severity == FindingSeverity.Error ? $"Invalid value: {value}: "
            : $"{value}: ";
        return $"{Field}: {lead}{Message} [{Code}]";
    }
}
