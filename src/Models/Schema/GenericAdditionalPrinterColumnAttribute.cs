namespace Palisade.Models;

/// <summary>A column of <c>kubectl get</c>, given by a JSON path.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class GenericAdditionalPrinterColumnAttribute(string jsonPath, string name, string type) : Attribute
{
    /// <summary>JSON path of the value.</summary>
    public string JsonPath { get; } = jsonPath;

    /// <summary>Heading of the column.</summary>
    public string Name { get; } = name;

    /// <summary>OpenAPI type of the value: string, integer, number, boolean or date.</summary>
    public string Type { get; } = type;

    /// <summary>Description of the column.</summary>
    public string? Description { get; init; }

    /// <summary>0 shows the column always, 1 only with <c>-o wide</c>.</summary>
    public int Priority { get; init; }
}
