namespace Palisade.Models;

/// <summary>What a DefaultDenyProfile leaves open.</summary>
public sealed class DefaultDenyAllowances
{
    /// <summary>
    /// Queries to the cluster's DNS servers; in the namespace that these run in, also queries from everybody, on the
    /// ports that they listen on. Absent: true.
    /// </summary>
    public bool? Dns { get; set; }

    /// <summary>Connections between pods of the same namespace, both ways. Absent: true.</summary>
    public bool? SameNamespace { get; set; }

    /// <summary>Connections to the API server. Absent: false.</summary>
    public bool? KubeAPIServer { get; set; }

    /// <summary>More rules for incoming connections.</summary>
    [Items(maxItems: 64)]
    public IList<ClusterIngressRule>? Ingress { get; set; }

    /// <summary>More rules for outgoing connections.</summary>
    [Items(maxItems: 64)]
    public IList<ClusterEgressRule>? Egress { get; set; }
}
