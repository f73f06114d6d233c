using Palisade.Testing;

namespace Palisade.Agent.Bench;

/// <summary>The API server that the measured agent watches.</summary>
internal sealed class BenchApiServer() : ApiServerFixture("--advertise", Address)
{
    public const string Address = "192.168.50.254";

    public BenchRelay Relay() => new(this);
}
