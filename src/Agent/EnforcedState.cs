using Palisade.Dataplane;
using Palisade.Policy;

namespace Palisade.Agent;

/// <summary>What was last written to the kernel, and from what it was made.</summary>
/// <param name="Snapshot">The cluster as it was known then.</param>
/// <param name="Ruleset">What was compiled from it.</param>
public sealed record EnforcedState(ClusterSnapshot Snapshot, Ruleset Ruleset);
