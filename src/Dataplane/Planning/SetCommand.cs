namespace Palisade.Dataplane.Planning;

/// <summary>One command to ipset.</summary>
/// <param name="Name">Name of the set.</param>
public abstract record SetCommand(string Name);
