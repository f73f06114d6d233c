namespace Palisade.CrdGenerator.Tests;

public sealed class SchemaTests
{
    public static TheoryData<string> Kinds => [.. Definitions.All.Select(definition => definition.Entity.Kind)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Build_EveryField_HasDescription(string kind)
    {
        // The items of lists of texts and the values of maps are described by what holds them; metadata by the API server.
        Fields(kind)
            .Where(field => field.Schema.Description is not { Length: > 0 } && !field.Path.EndsWith("[]", StringComparison.Ordinal))
            .Select(field => field.Path)
            .Where(path => !path.EndsWith("{}", StringComparison.Ordinal) && path != ".metadata")
            .ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Build_EveryDescription_IsPlainText(string kind)
    {
        Fields(kind)
            .Select(field => field.Schema.Description ?? "")
            .Where(text => text.Contains('<') || text.Contains("  "))
            .ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Build_EveryListMapAndTextOfTheSpec_IsBounded(string kind)
    {
        Fields(kind)
            .Where(field => field.Path.StartsWith(".spec", StringComparison.Ordinal))
            .Where(field =>
                field.Schema
                    is { Items: not null, MaxItems: null }
                        or { Values: not null, MaxItems: null }
                        or { Type: "string", MaxLength: null }
            )
            .Select(field => field.Path)
            .ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Build_EveryListThatIsAMap_RequiresItsKey(string kind)
    {
        Fields(kind)
            .Where(field => field.Schema.MapKey is { } key && !field.Schema.Items!.Required.Contains(key, StringComparer.Ordinal))
            .Select(field => field.Path)
            .ShouldBeEmpty();
    }

    [Fact]
    public void Build_ClusterNetworkPolicy_RequiresItsNamespaceSelector()
    {
        Fields("ClusterNetworkPolicy").Single(field => field.Path == ".spec").Schema.Required.ShouldBe(["namespaceSelector"]);
    }

    [Fact]
    public void Build_TypeWithoutSchema_IsRefusedByName()
    {
        var builder = new SchemaBuilder(XmlDocumentation.OfModels());
        Should.Throw<NotSupportedException>(() => builder.Build(typeof(Models.AdmissionReview))).Message.ShouldContain(nameof(V1UserInfo));
    }

    private static IEnumerable<(string Path, FieldSchema Schema)> Fields(string kind) =>
        Definitions.Walk(Definitions.All.Single(definition => definition.Entity.Kind == kind).Schema);
}
