namespace Palisade.CrdGenerator;

/// <summary>The schema of one field: the part of an OpenAPI v3 structural schema that the custom resources need.</summary>
internal sealed record FieldSchema
{
    /// <summary>Name of an object's type, for the reference page; null for other types.</summary>
    public string? TypeName { get; init; }

    /// <summary>OpenAPI type; null for a number or string, which has two.</summary>
    public string? Type { get; init; }

    /// <summary>OpenAPI format, such as <c>int32</c>.</summary>
    public string? Format { get; init; }

    /// <summary>What the field is for, as plain text.</summary>
    public string? Description { get; init; }

    /// <summary>Whether the value may be a number or a text.</summary>
    public bool IntOrString { get; init; }

    /// <summary>Greatest length of a text, in characters.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Greatest number of items of a list, or of entries of a map.</summary>
    public int? MaxItems { get; init; }

    /// <summary>Schema of a list's items.</summary>
    public FieldSchema? Items { get; init; }

    /// <summary>Field of the items that tells them apart; null for a list that is replaced as a whole.</summary>
    public string? MapKey { get; init; }

    /// <summary>Schema of a map's values.</summary>
    public FieldSchema? Values { get; init; }

    /// <summary>Fields of an object, in the order of their declaration.</summary>
    public IReadOnlyList<KeyValuePair<string, FieldSchema>> Properties { get; init; } = [];

    /// <summary>Names of the fields that must be present.</summary>
    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>CEL rules.</summary>
    public IReadOnlyList<(string Rule, string Message)> Rules { get; init; } = [];
}
