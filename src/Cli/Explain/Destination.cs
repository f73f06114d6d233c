using System.Collections.Immutable;
using Palisade.Cli.Input;
using Palisade.Policy.Evaluation;

namespace Palisade.Cli.Explain;

/// <summary>To whom a connection is opened.</summary>
/// <param name="Targets">The end and its port; behind a Service there may be several.</param>
/// <param name="Protocol">TCP, UDP or SCTP.</param>
internal sealed record Destination(ImmutableArray<(TrafficEnd End, int Port)> Targets, string Protocol)
{
    /// <summary>The Service that was named; null for a pod or an address.</summary>
    public ServiceBackends? Service { get; init; }

    /// <summary>Something else that may have been meant; null when nothing is likely.</summary>
    public string? Hint { get; init; }
}
