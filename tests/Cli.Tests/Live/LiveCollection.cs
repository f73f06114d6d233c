namespace Palisade.Cli.Tests.Live;

/// <summary>Tests that fill the cluster of the API server: one after the other.</summary>
[CollectionDefinition]
public sealed class LiveCollection;
