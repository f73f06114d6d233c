using Palisade.Policy;

namespace Palisade.Dataplane.Compilation;

/// <summary>One direction of a policy, compiled; it depends on nothing but the policy.</summary>
/// <param name="Source">The policy.</param>
/// <param name="Chain">What it allows; null when that is nothing.</param>
/// <param name="Problems">What could not be understood.</param>
internal sealed record CompiledPolicy(PolicyFacts Source, PolicyChain? Chain, IReadOnlyList<CompileProblem> Problems)
{
    /// <summary>Namespace and name; human-readable.</summary>
    public string Reference => Source.ToString();
}
