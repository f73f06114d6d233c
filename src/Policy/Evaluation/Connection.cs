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
