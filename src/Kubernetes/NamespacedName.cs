using k8s;

namespace Palisade.Kubernetes;

/// <summary>Key of an object within its kind; ordered by namespace, then name, both ordinal.</summary>
/// <param name="Namespace">Namespace of the object; null for cluster-scoped kinds.</param>
/// <param name="Name">Name of the object.</param>
public readonly record struct NamespacedName(string? Namespace, string Name) : IComparable<NamespacedName>
{
    /// <summary>Key of a cluster-scoped object.</summary>
    public NamespacedName(string name)
        : this(null, name) { }

    /// <summary>Key of an object.</summary>
    public static NamespacedName From(IKubernetesObject<V1ObjectMeta> entity)
    {
        ArgumentNullException.ThrowIfNull(entity);
        return new(entity.Metadata.NamespaceProperty, entity.Metadata.Name);
    }

    /// <inheritdoc/>
    public int CompareTo(NamespacedName other)
    {
        var byNamespace = string.CompareOrdinal(Namespace, other.Namespace);
        return byNamespace != 0 ? byNamespace : string.CompareOrdinal(Name, other.Name);
    }

    /// <summary><c>namespace/name</c>, or the name alone.</summary>
    public override string ToString() => Namespace is null ? Name : $"{Namespace}/{Name}";

    /// <summary>Whether one key comes before another.</summary>
    public static bool operator <(NamespacedName left, NamespacedName right) => left.CompareTo(right) < 0;

    /// <summary>Whether one key comes before another or is equal.</summary>
    public static bool operator <=(NamespacedName left, NamespacedName right) => left.CompareTo(right) <= 0;

    /// <summary>Whether one key comes after another.</summary>
    public static bool operator >(NamespacedName left, NamespacedName right) => left.CompareTo(right) > 0;

    /// <summary>Whether one key comes after another or is equal.</summary>
    public static bool operator >=(NamespacedName left, NamespacedName right) => left.CompareTo(right) >= 0;
}

/// <summary>
/// Tells the older of two states of one kind's objects. That versions of one resource can be compared as positive decimal integers of any
/// length is part of the API (KEP-5504), and so they have been for as long as they come from etcd.
/// </summary>
public static class ResourceVersions
{
    /// <summary>Compares two versions of the same resource.</summary>
    /// <returns>Less than zero when the first is older, more when it is newer; null when one is missing or is no such integer.</returns>
    public static int? Compare(string? one, string? other)
    {
        if (!IsInteger(one) || !IsInteger(other))
        {
            return null;
        }

        var byLength = one!.Length.CompareTo(other!.Length);
        return byLength != 0 ? byLength : string.CompareOrdinal(one, other);
    }

    private static bool IsInteger(string? version) => version is [>= '1' and <= '9', ..] && version.All(char.IsAsciiDigit);
}
