namespace Palisade.Operator.Tests.Cluster;

/// <summary>Tests that start and stop operators of their own; they share an API server on which no other operator runs.</summary>
[CollectionDefinition]
public sealed class BareCollection : ICollectionFixture<OperatorCluster>;
