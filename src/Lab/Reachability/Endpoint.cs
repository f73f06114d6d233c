using System.Collections.Immutable;
using Palisade.Policy.Evaluation;
using Palisade.Policy.Net;

namespace Palisade.Lab.Reachability;

/// <summary>A pod, or an address outside the cluster, that connections are tried from and to.</summary>
public sealed record Endpoint
{
    /// <summary><c>namespace/name</c>, or the address.</summary>
    public required string Name { get; init; }

    /// <summary>The endpoint as the evaluator of policies knows it.</summary>
    public required TrafficEnd End { get; init; }

    /// <summary>Its addresses, at most one a family.</summary>
    public required ImmutableArray<IpAddress> Addresses { get; init; }

    /// <summary>The ports that it serves, in order.</summary>
    public ImmutableArray<ServedPort> Ports { get; init; } = [];

    /// <summary>Whether it is outside the cluster.</summary>
    public bool IsOutside => End.Address is not null;

    /// <summary>Its address of a family; null when it has none.</summary>
    public IpAddress? AddressOf(IpFamily family) =>
        Addresses.Where(address => address.Family == family).Select(address => (IpAddress?)address).FirstOrDefault();

    /// <inheritdoc/>
    public bool Equals(Endpoint? other) => other is not null && Name == other.Name;

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
