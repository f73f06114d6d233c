using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Palisade.CrdGenerator;

/// <summary>Reads the schema of a model from its type, its attributes and its doc comments.</summary>
internal sealed class SchemaBuilder(XmlDocumentation documentation)
{
    /// <summary>Schema of a whole object, metadata included.</summary>
    public FieldSchema Build(Type type) => OfObject(type);

    private FieldSchema OfProperty(PropertyInfo property)
    {
        var schema = property.PropertyType == typeof(V1ObjectMeta) ? new FieldSchema { Type = "object" } : OfType(property.PropertyType);
        var items = property.GetCustomAttribute<ItemsAttribute>();
        var length = items is { MaxLength: > 0 } ? items.MaxLength : property.GetCustomAttribute<LengthAttribute>()?.MaxLength;
        return Bound(schema, items?.MaxItems, length) with
        {
            Description = Describe(property, schema),
            MapKey = property.GetCustomAttribute<ListMapKeyAttribute>()?.Key,
            Rules = [.. schema.Rules, .. Rules(property)],
        };
    }

    private FieldSchema OfProperty(PropertyInfo property, PackageField field) =>
        Bound(OfType(property.PropertyType), field.MaxItems, field.MaxLength) with
        {
            Description = field.Description,
        };

    /// <summary>The schema with bounds: of a list or map also those of its items or values.</summary>
    private static FieldSchema Bound(FieldSchema schema, int? maxItems, int? maxLength) =>
        schema with
        {
            MaxItems = maxItems,
            MaxLength = schema.Items is null && schema.Values is null ? maxLength : null,
            Items = schema.Items is { } item ? item with { MaxLength = maxLength } : null,
            Values = schema.Values is { } value ? value with { MaxLength = maxLength } : null,
        };

    /// <summary>Spec and status are properties of all custom resources: what they are the class says that is in them.</summary>
    private string? Describe(PropertyInfo property, FieldSchema schema) =>
        // The API server has its own description of metadata and takes no other.
        property.PropertyType == typeof(V1ObjectMeta)
            ? null
        : property.DeclaringType is { IsGenericType: true } && schema.Properties.Count > 0 ? schema.Description
        : documentation.Of(property);

    private FieldSchema OfType(Type declared)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        return type switch
        {
            _ when type == typeof(string) => new FieldSchema { Type = "string" },
            _ when type == typeof(bool) => new FieldSchema { Type = "boolean" },
            _ when type == typeof(int) => new FieldSchema { Type = "integer", Format = "int32" },
            _ when type == typeof(long) => new FieldSchema { Type = "integer", Format = "int64" },
            _ when type == typeof(DateTime) => new FieldSchema { Type = "string", Format = "date-time" },
            _ when type == typeof(IntOrString) => new FieldSchema { IntOrString = true },
            { IsGenericType: true } when type.GetGenericTypeDefinition() == typeof(IList<>) => new FieldSchema
            {
                Type = "array",
                Items = OfType(type.GenericTypeArguments[0]),
            },
            _ when type == typeof(IDictionary<string, string>) => new FieldSchema
            {
                Type = "object",
                Values = new FieldSchema { Type = "string" },
            },
            _ when PackageTypes.Find(type) is { } known => OfObject(known),
            { IsClass: true } when type.Assembly == typeof(ClusterNetworkPolicy).Assembly => OfObject(type),
            _ => throw new NotSupportedException($"{type} has no schema: teach {nameof(SchemaBuilder)} to make one"),
        };
    }

    private FieldSchema OfObject(Type type)
    {
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .OrderBy(property => property.MetadataToken)
            .ToList();
        return new FieldSchema
        {
            TypeName = TypeName(type),
            Type = "object",
            Description = documentation.Of(type),
            Properties = [.. properties.Select(property => KeyValuePair.Create(JsonName(property), OfProperty(property)))],
            Required = [.. properties.Where(property => property.IsDefined(typeof(RequiredAttribute))).Select(JsonName)],
            Rules = [.. Rules(type)],
        };
    }

    private FieldSchema OfObject(PackageType known)
    {
        var fields = known.Fields.Select(field => (Field: field, Property: known.Type.GetProperty(field.Property)!)).ToList();
        return new FieldSchema
        {
            TypeName = TypeName(known.Type),
            Type = "object",
            Description = known.Description,
            Properties = [.. fields.Select(item => KeyValuePair.Create(JsonName(item.Property), OfProperty(item.Property, item.Field)))],
            Required = [.. fields.Where(item => item.Field.IsRequired).Select(item => JsonName(item.Property))],
            Rules = known.Rule is { } rule ? [rule] : [],
        };
    }

    private static IEnumerable<(string Rule, string Message)> Rules(MemberInfo member) =>
        member.GetCustomAttributes<ValidationRuleAttribute>().Select(rule => (rule.Rule, rule.Message));

    // V1IPBlock is IPBlock in the API's documentation.
    private static string TypeName(Type type) => type.Name.StartsWith("V1", StringComparison.Ordinal) ? type.Name[2..] : type.Name;

    private static string JsonName(PropertyInfo property) =>
        property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name);
}
