using Palisade.Models;

namespace Palisade.Dataplane.Compilation;

/// <summary>Finds what isolates each local pod. What was found stays until the pod or some policy changes.</summary>
internal sealed class PodClassifier(PolicyIndex policies, PolicyChainCompiler compiler)
{
    private Dictionary<IndexedPod, ClassifiedPod> _pods = [];
    private Dictionary<(V1NetworkPolicy Policy, Direction Direction), CompiledPolicy> _compiled = [];

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
        _compiled = classified
            .Values.SelectMany(pod => pod.Isolations)
            .SelectMany(isolation => isolation.Policies, (isolation, policy) => (isolation.Direction, policy))
            .DistinctBy(item => (item.policy.Source, item.Direction))
            .ToDictionary(item => (item.policy.Source, item.Direction), item => item.policy);
        return [.. pods.Select(pod => classified[pod])];
    }

    /// <summary>Forgets what was compiled: what the kernel takes has changed.</summary>
    public void Forget()
    {
        _pods.Clear();
        _compiled.Clear();
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

    private CompiledPolicy Compile(V1NetworkPolicy policy, Direction direction)
    {
        if (!_compiled.TryGetValue((policy, direction), out var compiled))
        {
            var problems = new List<CompileProblem>();
            compiled = new(policy, compiler.Compile(policy, direction, problems.Add), problems);
            _compiled[(policy, direction)] = compiled;
        }

        return compiled;
    }
}
