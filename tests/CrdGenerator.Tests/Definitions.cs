namespace Palisade.CrdGenerator.Tests;

/// <summary>The definitions as the generator makes them.</summary>
internal static class Definitions
{
    public static IReadOnlyList<ResourceDefinition> All { get; } = ResourceDefinition.All(new SchemaBuilder(XmlDocumentation.OfModels()));

    /// <summary>Every field below a schema with its path, list items as <c>[]</c> and map values as <c>{}</c>.</summary>
    public static IEnumerable<(string Path, FieldSchema Schema)> Walk(FieldSchema schema, string path = "")
    {
        yield return (path, schema);
        var children = schema.Properties.Select(property => ($"{path}.{property.Key}", property.Value));
        children = schema.Items is { } items ? children.Append(($"{path}[]", items)) : children;
        children = schema.Values is { } values ? children.Append(($"{path}{{}}", values)) : children;
        foreach (var (childPath, child) in children)
        {
            foreach (var field in Walk(child, childPath))
            {
                yield return field;
            }
        }
    }
}
