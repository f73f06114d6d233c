namespace Palisade.Operator.Tests.Cluster;

/// <summary>Tests that share one API server and one operator.</summary>
[CollectionDefinition]
public sealed class OperatorCollection : ICollectionFixture<OperatorFixture>;
