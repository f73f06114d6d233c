using Palisade.Testing;

namespace Palisade.CrdGenerator.Tests;

/// <summary>The definitions as the generator makes them, and what tests do with them.</summary>
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

    /// <summary>Applies the committed definitions and waits until the API server serves them.</summary>
    public static async Task ApplyAsync(ApiServerFixture server, CancellationToken cancellationToken)
    {
        // The server is older than CEL rules, which kubectl would object to; it drops them.
        await server.KubectlAsync(["apply", "--validate=false", "-f", Path.Combine(Repository.Root, "config/crd")], cancellationToken);
        await server.KubectlAsync(["wait", "--for=condition=Established", "crd", "--all", "--timeout=30s"], cancellationToken);
        // Established is not yet listed: a request in between is answered with 404.
        foreach (var definition in All)
        {
            await Eventually.TrueAsync(
                async () => (await server.TryKubectlAsync(["explain", definition.Name + ".spec"], cancellationToken)).ExitCode == 0,
                cancellationToken
            );
        }
    }
}
