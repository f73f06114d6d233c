namespace Palisade.Models;

/// <summary>What was asked for of a Service.</summary>
public sealed class V1ServiceSpec
{
    /// <summary>Cluster address, or <c>None</c>.</summary>
    public string? ClusterIP { get; set; }

    /// <summary>All cluster addresses, at most one a family.</summary>
    public IList<string>? ClusterIPs { get; set; }

    /// <summary>Labels of the pods behind the Service.</summary>
    public IDictionary<string, string>? Selector { get; set; }

    /// <summary>Ports of the Service.</summary>
    public IList<V1ServicePort>? Ports { get; set; }
}
