using Palisade.Lab.Probes;
using Palisade.Policy.Evaluation;
using Palisade.Policy.Net;

namespace Palisade.Lab.Reachability;

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
