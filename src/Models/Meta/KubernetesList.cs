namespace Palisade.Models;

/// <summary>A page of a list answer.</summary>
/// <typeparam name="T">Kind of the items.</typeparam>
public sealed class KubernetesList<T>
{
    /// <summary>API version of the list.</summary>
    public string? ApiVersion { get; set; }

    /// <summary>Kind of the list, such as <c>PodList</c>.</summary>
    public string? Kind { get; set; }

    /// <summary>Page token and version.</summary>
    public V1ListMeta Metadata { get; set; } = new();

    /// <summary>The objects of this page. The API server leaves <c>apiVersion</c> and <c>kind</c> out of items.</summary>
    public IList<T> Items { get; set; } = [];
}
