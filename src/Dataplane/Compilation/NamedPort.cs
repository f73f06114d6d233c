namespace Palisade.Dataplane.Compilation;

/// <summary>A port given by name.</summary>
internal sealed record NamedPort(string Protocol, string Name);
