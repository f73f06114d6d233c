namespace Palisade.Dataplane.Planning;

/// <summary>Exchanges the contents of two sets at one moment.</summary>
/// <param name="Name">One set.</param>
/// <param name="Other">The other.</param>
public sealed record SwapSets(string Name, string Other) : SetCommand(Name);
