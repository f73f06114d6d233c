using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Palisade.Policy.Shapes;

/// <summary>What JSON a model takes at one place.</summary>
internal enum ShapeKind
{
    /// <summary>Anything: a type that is missing from <see cref="Shape"/>'s table; its own converter has the last word.</summary>
    Any,
    Object,
    Map,
    List,
    String,
    Int32,
    Int64,
    Number,

    /// <summary>A port: a whole number or a name.</summary>
    Int32OrString,
    Boolean,
    Time,
    Base64,
}

/// <summary>What JSON a model takes, read from the contract that deserializes it.</summary>
internal sealed class Shape
{
    private static readonly ConcurrentDictionary<Type, Shape> Cache = new();

    private static readonly FrozenDictionary<Type, ShapeKind> Scalars = new Dictionary<Type, ShapeKind>
    {
        [typeof(JsonElement)] = ShapeKind.Any,
        [typeof(object)] = ShapeKind.Any,
        [typeof(string)] = ShapeKind.String,
        [typeof(int)] = ShapeKind.Int32,
        [typeof(long)] = ShapeKind.Int64,
        [typeof(double)] = ShapeKind.Number,
        [typeof(IntOrString)] = ShapeKind.Int32OrString,
        [typeof(bool)] = ShapeKind.Boolean,
        [typeof(DateTimeOffset)] = ShapeKind.Time,
        [typeof(DateTime)] = ShapeKind.Time,
        [typeof(byte[])] = ShapeKind.Base64,
    }.ToFrozenDictionary();

    private readonly Lazy<ShapeField[]> _fields;
    private readonly Lazy<FrozenDictionary<string, ShapeField>> _byName;
    private readonly Lazy<Shape?> _element;

    private Shape(JsonTypeInfo contract)
    {
        Type = Nullable.GetUnderlyingType(contract.Type) ?? contract.Type;
        Kind =
            Scalars.TryGetValue(Type, out var scalar) ? scalar
            : contract.Kind == JsonTypeInfoKind.Object ? ShapeKind.Object
            : contract.Kind == JsonTypeInfoKind.Enumerable ? ShapeKind.List
            : contract.Kind == JsonTypeInfoKind.Dictionary ? ShapeKind.Map
            : ShapeKind.Any;
        // Read when first needed: models of Kubernetes are large, and may contain themselves.
        _fields = new(() => Kind == ShapeKind.Object ? [.. contract.Properties.Select(property => new ShapeField(property))] : []);
        _byName = new(() => Fields.ToFrozenDictionary(field => field.Name, StringComparer.Ordinal));
        _element = new(() => Kind is ShapeKind.List or ShapeKind.Map ? For(contract.Options.GetTypeInfo(contract.ElementType!)) : null);
    }

    public Type Type { get; }

    public ShapeKind Kind { get; }

    /// <summary>Whether values of the type are checked here, and not only by the deserializer.</summary>
    public bool IsKnown => Kind != ShapeKind.Any || Scalars.ContainsKey(Type);

    /// <summary>The fields of an object, in the order of the model; else empty.</summary>
    public IReadOnlyList<ShapeField> Fields => _fields.Value;

    /// <summary>The shape of a list's items or a map's values; else null.</summary>
    public Shape? Element => _element.Value;

    public static Shape For(JsonTypeInfo contract) =>
        Cache.TryGetValue(contract.Type, out var known) ? known : Cache.GetOrAdd(contract.Type, new Shape(contract));

    public ShapeField? Field(string name) => _byName.Value.GetValueOrDefault(name);

    /// <summary>Whether a value is of the kind that is taken here; what lies within it is not looked at.</summary>
    public bool Fits(JsonElement value) =>
        Kind switch
        {
            ShapeKind.Any => true,
            ShapeKind.Object or ShapeKind.Map => value.ValueKind == JsonValueKind.Object,
            ShapeKind.List => value.ValueKind == JsonValueKind.Array,
            ShapeKind.String => value.ValueKind == JsonValueKind.String,
            ShapeKind.Int32 => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _),
            ShapeKind.Int64 => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
            ShapeKind.Number => value.ValueKind == JsonValueKind.Number,
            ShapeKind.Int32OrString => value.ValueKind == JsonValueKind.String
                || (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _)),
            ShapeKind.Boolean => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            ShapeKind.Time => value.ValueKind == JsonValueKind.String && Rfc3339.IsTime(value.GetString()),
            ShapeKind.Base64 => value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out _),
            _ => false,
        };

    /// <summary>Whether the model can hold a value that fits: the API has times that .NET has not.</summary>
    public bool CanHold(JsonElement value) => Kind != ShapeKind.Time || value.TryGetDateTimeOffset(out _);
}

/// <summary>A field of an object.</summary>
internal sealed class ShapeField(JsonPropertyInfo property)
{
    public string Name => property.Name;

    public Shape Shape { get; } = Shape.For(property.Options.GetTypeInfo(property.PropertyType));

    /// <summary>Whether the model cannot hold null here, which the API server reads as absent.</summary>
    public bool IsNeverNull { get; } =
        property.PropertyType.IsValueType ? Nullable.GetUnderlyingType(property.PropertyType) is null : !property.IsSetNullable;
}
