using System.Collections.Immutable;
using Palisade.Policy.Evaluation;

namespace Palisade.Cli.Input;

/// <summary>Where connections to a port of a Service go, which policies see in place of the Service.</summary>
/// <param name="Service">namespace/name of the Service.</param>
/// <param name="Port">The port of the Service.</param>
/// <param name="Targets">The pods or addresses behind it, each with the port that it is reached on; by name.</param>
internal sealed record ServiceBackends(string Service, int Port, ImmutableArray<(TrafficEnd End, int Port)> Targets);
