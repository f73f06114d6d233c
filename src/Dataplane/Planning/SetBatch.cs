using System.Collections.Immutable;

namespace Palisade.Dataplane.Planning;

/// <summary>Commands for one <c>ipset restore</c>; every prefix of them is safe too.</summary>
/// <param name="Commands">The commands, in order.</param>
public sealed record SetBatch(ImmutableArray<SetCommand> Commands) : PlanStep;
