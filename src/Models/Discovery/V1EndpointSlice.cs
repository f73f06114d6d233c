namespace Palisade.Models;

/// <summary>Some of the addresses behind a Service, which a label names (discovery.k8s.io/v1, from Kubernetes 1.21 on).</summary>
[KubernetesEntity(Group = "discovery.k8s.io", ApiVersion = "v1", Kind = "EndpointSlice", PluralName = "endpointslices")]
public sealed class V1EndpointSlice : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Version of the API the object is written in.</summary>
    public string ApiVersion { get; set; } = "discovery.k8s.io/v1";

    /// <summary>Kind of the object.</summary>
    public string Kind { get; set; } = "EndpointSlice";

    /// <summary>Standard object metadata.</summary>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>IPv4, IPv6 or FQDN: a slice holds one kind.</summary>
    public string? AddressType { get; set; }

    /// <summary>The addresses.</summary>
    public IList<V1Endpoint>? Endpoints { get; set; }

    /// <summary>Ports on each of them.</summary>
    public IList<Discoveryv1EndpointPort>? Ports { get; set; }
}

/// <summary>One that serves, and where it does.</summary>
public sealed class V1Endpoint
{
    /// <summary>Its addresses.</summary>
    public IList<string>? Addresses { get; set; }

    /// <summary>State.</summary>
    public V1EndpointConditions? Conditions { get; set; }
}

/// <summary>State of one that serves.</summary>
public sealed class V1EndpointConditions
{
    /// <summary>Whether it takes connections; unknown, which counts as ready, when absent.</summary>
    public bool? Ready { get; set; }
}

/// <summary>A port of a slice.</summary>
public sealed class Discoveryv1EndpointPort
{
    /// <summary>Name of the Service's port.</summary>
    public string? Name { get; set; }

    /// <summary>Number of the port; all ports when absent.</summary>
    public int? Port { get; set; }

    /// <summary>TCP, UDP or SCTP; TCP when absent.</summary>
    public string? Protocol { get; set; }
}
