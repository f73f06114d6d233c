using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Palisade.Webhook.Decoding;

/// <summary>
/// What JSON a model takes, read from the same contract that deserialises it. With it a malformed object is read as far as it
/// can be, and explained field by field, where the deserialiser stops at the first fault.
/// </summary>
internal sealed class ModelShape
{
    private static readonly ConcurrentDictionary<Type, ModelShape> Cache = new();

    private static readonly FrozenDictionary<Type, ShapeKind> Scalars = new Dictionary<Type, ShapeKind>
    {
        [typeof(JsonElement)] = ShapeKind.Any,
        [typeof(string)] = ShapeKind.Text,
        [typeof(int)] = ShapeKind.WholeNumber,
        [typeof(long)] = ShapeKind.LongNumber,
        [typeof(IntOrString)] = ShapeKind.WholeNumberOrText,
        [typeof(bool)] = ShapeKind.Boolean,
        [typeof(DateTime)] = ShapeKind.Time,
        [typeof(byte[])] = ShapeKind.Bytes,
    }.ToFrozenDictionary();

    private ModelShape(ShapeKind kind) => Kind = kind;

    /// <summary>What is taken here.</summary>
    public ShapeKind Kind { get; }

    /// <summary>The fields of an <see cref="ShapeKind.Object"/> by their names on the wire; else empty.</summary>
    public FrozenDictionary<string, ModelShape> Fields { get; private init; } = FrozenDictionary<string, ModelShape>.Empty;

    /// <summary>The fields of an <see cref="ShapeKind.Object"/> that the model cannot hold as null.</summary>
    public FrozenSet<string> NeverNull { get; private init; } = FrozenSet<string>.Empty;

    /// <summary>The shape of a list's items or a map's values; else null.</summary>
    public ModelShape? Element { get; private init; }

    /// <summary>Reads the shape of a model from its serialisation contract.</summary>
    public static ModelShape Of(JsonTypeInfo contract)
    {
        ArgumentNullException.ThrowIfNull(contract);
        return Cache.TryGetValue(contract.Type, out var known) ? known : Cache.GetOrAdd(contract.Type, Read(contract));
    }

    private static ModelShape Read(JsonTypeInfo contract)
    {
        var type = Nullable.GetUnderlyingType(contract.Type) ?? contract.Type;
        if (Scalars.TryGetValue(type, out var scalar))
        {
            return new ModelShape(scalar);
        }

        return contract.Kind switch
        {
            JsonTypeInfoKind.Object => new ModelShape(ShapeKind.Object)
            {
                Fields = contract.Properties.ToFrozenDictionary(
                    property => property.Name,
                    property => Of(contract.Options.GetTypeInfo(property.PropertyType)),
                    StringComparer.Ordinal
                ),
                NeverNull = contract.Properties.Where(IsNeverNull).Select(property => property.Name).ToFrozenSet(StringComparer.Ordinal),
            },
            JsonTypeInfoKind.Enumerable => new ModelShape(ShapeKind.List) { Element = OfElement(contract) },
            JsonTypeInfoKind.Dictionary => new ModelShape(ShapeKind.Map) { Element = OfElement(contract) },
            _ => throw new NotSupportedException($"No JSON shape is known for {contract.Type}."),
        };
    }

    private static bool IsNeverNull(JsonPropertyInfo property) =>
        property.PropertyType.IsValueType ? Nullable.GetUnderlyingType(property.PropertyType) is null : !property.IsSetNullable;

    private static ModelShape OfElement(JsonTypeInfo contract) => Of(contract.Options.GetTypeInfo(contract.ElementType!));
}
