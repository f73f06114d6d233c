using System.Collections.Immutable;

namespace Palisade.Policy.Validation;

/// <summary>Pods of a namespace with the same labels, as the replicas of a workload have: a selector selects all of them, or none.</summary>
/// <param name="Labels">Their labels.</param>
/// <param name="Pods">The pods, at least one.</param>
public sealed record PodGroup(LabelSet Labels, ImmutableArray<PodFacts> Pods);
