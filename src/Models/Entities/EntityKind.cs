using System.Collections.Concurrent;
using System.Reflection;

namespace Palisade.Models;

/// <summary>API version and kind of a class, as its <see cref="KubernetesEntityAttribute"/> gives them.</summary>
internal sealed record EntityKind(string ApiVersion, string Kind)
{
    private static readonly ConcurrentDictionary<Type, EntityKind?> Known = new();

    /// <summary>Null where the class does not say.</summary>
    public static EntityKind? From(Type type) => Known.GetOrAdd(type, Read);

    private static EntityKind? Read(Type type) =>
        type.GetCustomAttribute<KubernetesEntityAttribute>() is { } entity
            ? new(string.IsNullOrEmpty(entity.Group) ? entity.ApiVersion : $"{entity.Group}/{entity.ApiVersion}", entity.Kind)
            : null;
}
