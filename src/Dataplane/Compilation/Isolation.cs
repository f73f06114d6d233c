using System.Collections.Immutable;

namespace Palisade.Dataplane.Compilation;

/// <summary>What isolates a pod in one direction.</summary>
internal sealed class Isolation(Direction direction, bool isAudit, IReadOnlyList<CompiledPolicy> policies)
{
    public Direction Direction => direction;

    public bool IsAudit => isAudit;

    public IReadOnlyList<CompiledPolicy> Policies => policies;

    /// <summary>The chains, by name, each once.</summary>
    public ImmutableArray<PolicyChain> Chains { get; } =
    [
        .. policies
            .Select(policy => policy.Chain)
            .OfType<PolicyChain>()
            .DistinctBy(chain => chain.Name, StringComparer.Ordinal)
            .OrderBy(chain => chain.Name, StringComparer.Ordinal),
    ];

    /// <summary>Key of the class of all pods that are isolated so.</summary>
    public string Key => field ??= PodClass.KeyOf(direction, isAudit, Chains.Select(chain => chain.Name));
}
