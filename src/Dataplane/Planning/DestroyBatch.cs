using System.Collections.Immutable;

namespace Palisade.Dataplane.Planning;

/// <summary>Sets that nothing refers to any more. Each may still be busy, which is no error: the next plan has it again.</summary>
/// <param name="Names">Names of the sets.</param>
public sealed record DestroyBatch(ImmutableArray<string> Names) : PlanStep;
