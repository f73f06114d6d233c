using Palisade.Policy.Net;

namespace Palisade.Policy.Evaluation;

/// <summary>A connection that somebody might open.</summary>
/// <param name="Source">Who opens it.</param>
/// <param name="Destination">To whom.</param>
/// <param name="Protocol">TCP, UDP or SCTP.</param>
/// <param name="Port">Number of the destination port.</param>
public sealed record Connection(TrafficEnd Source, TrafficEnd Destination, string Protocol, int Port)
{
    /// <summary>Family to use between pods that have both; null takes the first family that both ends have.</summary>
    public IpFamily? Family { get; init; }
}

/// <summary>One end of a connection: a pod by name, or an address that may or may not belong to a pod or node.</summary>
public sealed record TrafficEnd
{
    private TrafficEnd() { }

    /// <summary>Namespace of the pod; null for an address.</summary>
    public string? Namespace { get; private init; }

    /// <summary>Name of the pod; null for an address.</summary>
    public string? Name { get; private init; }

    /// <summary>The address; null for a pod.</summary>
    public IpAddress? Address { get; private init; }

    /// <summary>A pod.</summary>
    public static TrafficEnd Pod(string inNamespace, string name) => new() { Namespace = inNamespace, Name = name };

    /// <summary>An address, as the packet has it when it reaches the node (after a Service was resolved).</summary>
    public static TrafficEnd From(IpAddress address) => new() { Address = address };

    /// <summary>namespace/name, or the address.</summary>
    public override string ToString() => Address?.ToString() ?? $"{Namespace}/{Name}";
}
