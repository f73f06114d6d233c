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
