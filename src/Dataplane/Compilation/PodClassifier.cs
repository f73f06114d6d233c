using System.Collections.Immutable;
using Palisade.Policy;

namespace Palisade.Dataplane.Compilation;

/// <summary>Finds what isolates each local pod. What was found stays until the pod or some policy changes.</summary>
internal sealed class PodClassifier(PolicyIndex policies, PolicyChainCompiler compiler)
{
    private Dictionary<IndexedPod, ClassifiedPod> _pods = [];
    private CompiledPolicies _compiled = new();

    /// <summary>The pods, classified, in the same order.</summary>
    /// <param name="pods">All local pods.</param>
    /// <param name="policiesChanged">Whether some policy changed since the last time.</param>
    public IReadOnlyList<ClassifiedPod> Classify(IReadOnlyCollection<IndexedPod> pods, bool policiesChanged)
    {
        if (policiesChanged)
        {
            _pods.Clear();
        }

        var classified = pods.ToDictionary(pod => pod, pod => _pods.GetValueOrDefault(pod) ?? Classify(pod));
        _pods = classified;
        // Of policies that select no local pod any more, nothing is kept.
        _compiled = new();
        foreach (var isolation in classified.Values.SelectMany(pod => pod.Isolations))
        {
            foreach (var policy in isolation.Policies)
            {
                _compiled.Of(isolation.Direction)[policy.Source] = policy;
            }
        }

        return [.. pods.Select(pod => classified[pod])];
    }

    /// <summary>Forgets what was compiled: what the kernel takes has changed.</summary>
    public void Forget()
    {
        _pods.Clear();
        _compiled = new();
    }

    private ClassifiedPod Classify(IndexedPod pod)
    {
        var egress = Isolate(pod, Direction.Egress);
        var ingress = Isolate(pod, Direction.Ingress);
        return new(new LocalPod(pod.Namespace, pod.Name, pod.Addresses, egress?.Key, ingress?.Key), egress, ingress);
    }

    /// <summary>Policies that are enforced come before those that audit.</summary>
    private Isolation? Isolate(IndexedPod pod, Direction direction)
    {
        var isolating = policies.Isolating(pod, direction);
        var isAudit = isolating.Count == 0;
        if (isAudit)
        {
            isolating = policies.Auditing(pod, direction);
        }

        return isolating.Count == 0 ? null : new(direction, isAudit, [.. isolating.Select(policy => Compile(policy, direction))]);
    }

    private CompiledPolicy Compile(PolicyFacts policy, Direction direction)
    {
        if (!_compiled.Of(direction).TryGetValue(policy, out var compiled))
        {
            var problems = new List<CompileProblem>();
            compiled = new(policy, compiler.Compile(policy, direction, problems.Add), problems);
            _compiled.Of(direction)[policy] = compiled;
        }

        return compiled;
    }

    /// <summary>Policies as they were compiled, by the policy itself: facts are replaced when they differ.</summary>
    private sealed class CompiledPolicies
    {
        private readonly Dictionary<PolicyFacts, CompiledPolicy> _egress = new(ReferenceEqualityComparer.Instance);
        private readonly Dictionary<PolicyFacts, CompiledPolicy> _ingress = new(ReferenceEqualityComparer.Instance);

        public Dictionary<PolicyFacts, CompiledPolicy> Of(Direction direction) => direction == Direction.Egress ? _egress : _ingress;
    }
}

/// <summary>Makes classes of pods that are isolated in the same way.</summary>
internal static class ClassBuilder
{
    /// <summary>The classes, by direction and key; those that were there before and are unchanged are the same objects.</summary>
    public static ImmutableArray<PodClass> Build(IEnumerable<Isolation> isolations, ImmutableArray<PodClass> before)
    {
        var known = before.ToDictionary(item => item.Key, StringComparer.Ordinal);
        return
        [
            .. isolations
                .GroupBy(isolation => isolation.Key, StringComparer.Ordinal)
                .Select(group => Build(group, known.GetValueOrDefault(group.Key)))
                .OrderBy(item => item.Direction)
                .ThenBy(item => item.Key, StringComparer.Ordinal),
        ];
    }

    private static PodClass Build(IGrouping<string, Isolation> pods, PodClass? before)
    {
        var policies = new SortedSet<string>(
            pods.SelectMany(isolation => isolation.Policies).Select(policy => policy.Reference),
            StringComparer.Ordinal
        );
        if (before is not null && before.Policies.SequenceEqual(policies, StringComparer.Ordinal))
        {
            return before;
        }

        var first = pods.First();
        return new PodClass(pods.Key, first.Direction, first.IsAudit, [.. first.Chains.Select(chain => chain.Name)], [.. policies]);
    }
}

/// <summary>A local pod with what isolates it; null for a direction in which nothing does.</summary>
internal sealed record ClassifiedPod(LocalPod Pod, Isolation? Egress, Isolation? Ingress)
{
    /// <summary>The directions in which it is isolated.</summary>
    public IEnumerable<Isolation> Isolations => new[] { Egress, Ingress }.OfType<Isolation>();
}

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

/// <summary>The node's own pods.</summary>
internal sealed class LocalPods : IPodSelection
{
    public static LocalPods Instance { get; } = new();

    public string Meaning => "local pods";

    public bool Matches(IndexedPod pod) => pod.IsLocal;

    public IEnumerable<IndexedPod> FindIn(PodIndex pods) => pods.Local;
}
