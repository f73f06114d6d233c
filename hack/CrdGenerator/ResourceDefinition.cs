using System.Reflection;

namespace Palisade.CrdGenerator;

/// <summary>A custom resource: its names and columns, as its class's attributes say them, and its schema.</summary>
internal sealed record ResourceDefinition
{
    /// <summary>Group, version, kind and plural.</summary>
    public required KubernetesEntityAttribute Entity { get; init; }

    /// <summary>In a namespace or in the cluster.</summary>
    public required EntityScope Scope { get; init; }

    /// <summary>Short names for <c>kubectl</c>.</summary>
    public required IReadOnlyList<string> ShortNames { get; init; }

    /// <summary>Category for <c>kubectl get</c>.</summary>
    public required string Category { get; init; }

    /// <summary>Columns of <c>kubectl get</c>, in order.</summary>
    public required IReadOnlyList<GenericAdditionalPrinterColumnAttribute> Columns { get; init; }

    /// <summary>Schema of the whole object.</summary>
    public required FieldSchema Schema { get; init; }

    /// <summary>Name of the definition, such as <c>clusternetworkpolicies.palisade.dev</c>.</summary>
    public string Name => $"{Entity.PluralName}.{Entity.Group}";

    /// <summary>Name of its file.</summary>
    public string FileName => $"{Entity.Group}_{Entity.PluralName}.yaml";

    /// <summary>The custom resources among the models, by kind.</summary>
    public static IReadOnlyList<ResourceDefinition> All(SchemaBuilder schemas) =>
        [
            .. typeof(ClusterNetworkPolicy)
                .Assembly.GetTypes()
                .Where(type => type.IsDefined(typeof(EntityScopeAttribute)))
                .OrderBy(type => type.Name, StringComparer.Ordinal)
                .Select(type => Of(type, schemas)),
        ];

    private static ResourceDefinition Of(Type type, SchemaBuilder schemas) =>
        new()
        {
            Entity = type.GetCustomAttribute<KubernetesEntityAttribute>()!,
            Scope = type.GetCustomAttribute<EntityScopeAttribute>()!.Scope,
            ShortNames = type.GetCustomAttribute<KubernetesEntityShortNamesAttribute>()!.ShortNames,
            Category = type.GetCustomAttribute<EntityCategoryAttribute>()!.Category,
            Columns = [.. type.GetCustomAttributes<GenericAdditionalPrinterColumnAttribute>()],
            Schema = schemas.Build(type),
        };
}
