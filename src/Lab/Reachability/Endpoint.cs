using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Palisade.Lab.Probes;
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

/// <summary>A port that an endpoint serves; ordered by number, then protocol.</summary>
/// <param name="Number">Number of the port.</param>
/// <param name="Protocol">Its protocol.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ServedPort(int Number, ProbeProtocol Protocol) : IComparable<ServedPort>
{
    /// <inheritdoc/>
    public int CompareTo(ServedPort other) => (Number, Protocol).CompareTo((other.Number, other.Protocol));

    /// <summary>Whether the left port comes before the right one.</summary>
    public static bool operator <(ServedPort left, ServedPort right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left port comes after the right one.</summary>
    public static bool operator >(ServedPort left, ServedPort right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left port does not come after the right one.</summary>
    public static bool operator <=(ServedPort left, ServedPort right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left port does not come before the right one.</summary>
    public static bool operator >=(ServedPort left, ServedPort right) => left.CompareTo(right) >= 0;

    /// <summary>The number alone for TCP, as most are; <c>53/udp</c> for the others.</summary>
    public override string ToString() =>
        Protocol switch
        {
            ProbeProtocol.Tcp => $"{Number}",
            ProbeProtocol.Udp => $"{Number}/udp",
            _ => $"{Number}/sctp",
        };
}

/// <summary>A connection to try.</summary>
/// <param name="From">Who opens it.</param>
/// <param name="To">To whom.</param>
/// <param name="Port">To which port.</param>
/// <param name="Family">Over which family; both ends have an address of it.</param>
public sealed record ReachabilityPath(Endpoint From, Endpoint To, ServedPort Port, IpFamily Family)
{
    /// <summary>The connection as the evaluator of policies knows it.</summary>
    public Connection Connection => new(From.End, To.End, Port.Protocol.ToString().ToUpperInvariant(), Port.Number) { Family = Family };

    /// <summary>Where the connection goes.</summary>
    internal ProbeTarget Target =>
        new(
            (To.AddressOf(Family) ?? throw new InvalidOperationException($"{To} has no {Family}")).ToIPAddress(),
            Port.Number,
            Port.Protocol
        );

    /// <inheritdoc/>
    public override string ToString() => $"{From} -> {To}:{Port} {Family}";
}
