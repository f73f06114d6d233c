using Palisade.Agent.Tests.Programs;
using Palisade.Testing;

[assembly: AssemblyFixture(typeof(NodeApiServer))]

namespace Palisade.Agent.Tests.Programs;

/// <summary>The API server of all tests, where nodes of a lab reach it.</summary>
public sealed class NodeApiServer() : ApiServerFixture("--advertise", TestNode.ApiServerAddress);
