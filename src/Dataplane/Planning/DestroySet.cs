namespace Palisade.Dataplane.Planning;

/// <summary>Destroys a set that no rule refers to.</summary>
/// <param name="Name">Name of the set.</param>
public sealed record DestroySet(string Name) : SetCommand(Name);
