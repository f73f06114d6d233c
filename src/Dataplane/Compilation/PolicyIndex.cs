using Palisade.Models;
using Palisade.Policy;
using Palisade.Policy.Expansion;
using Palisade.Policy.Selectors;

namespace Palisade.Dataplane.Compilation;

/// <summary>The policies by namespace, and what each audited profile would stamp there.</summary>
internal sealed class PolicyIndex
{
    private readonly Dictionary<string, List<V1NetworkPolicy>> _enforced;
    private readonly Dictionary<string, List<V1NetworkPolicy>> _audited = new(StringComparer.Ordinal);
    private readonly Action<CompileProblem> _report;

    public PolicyIndex(ClusterSnapshot snapshot, ExpansionContext expansion, Action<CompileProblem> report)
    {
        _report = report;
        _enforced = snapshot
            .Policies.GroupBy(policy => policy.Metadata.NamespaceProperty ?? "", StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);
        foreach (var profile in snapshot.AuditProfiles)
        {
            var selection = NamespaceSelection.Of(profile, expansion.OwnNamespace);
            foreach (var target in snapshot.Namespaces.Where(selection.Matches))
            {
                Audit(profile, target, expansion);
            }
        }
    }

    /// <summary>Whether any policy of the cluster isolates pods in the direction.</summary>
    public bool AnyIsolates(Direction direction) => _enforced.Values.Any(list => list.Exists(policy => Isolates(policy, direction)));

    /// <summary>The policies that isolate the pod in the direction.</summary>
    public IReadOnlyList<V1NetworkPolicy> Isolating(IndexedPod pod, Direction direction) => Selecting(_enforced, pod, direction);

    /// <summary>The policies that would isolate it if their profiles were enforced.</summary>
    public IReadOnlyList<V1NetworkPolicy> Auditing(IndexedPod pod, Direction direction) => Selecting(_audited, pod, direction);

    private List<V1NetworkPolicy> Selecting(Dictionary<string, List<V1NetworkPolicy>> policies, IndexedPod pod, Direction direction) =>
        policies.TryGetValue(pod.Namespace, out var list)
            ? list.FindAll(policy => Isolates(policy, direction) && Selects(policy, pod))
            : [];

    /// <summary>Absent policyTypes: Ingress always, Egress when there is at least one egress rule.</summary>
    private static bool Isolates(V1NetworkPolicy policy, Direction direction) =>
        policy.Spec?.PolicyTypes is { Count: > 0 } types
            ? types.Contains(direction == Direction.Egress ? Directions.Egress : Directions.Ingress)
            : direction == Direction.Ingress || policy.Spec?.Egress is { Count: > 0 };

    /// <summary>A selector that cannot be understood selects every pod: which pods were meant is not known, so none may stay open.</summary>
    private bool Selects(V1NetworkPolicy policy, IndexedPod pod)
    {
        var selector = policy.Spec?.PodSelector ?? LabelSelectorMatcher.Everything;
        if (LabelSelectorMatcher.WhyInvalid(selector) is { } reason)
        {
            _report(
                new CompileProblem(
                    $"{policy.Metadata.NamespaceProperty}/{policy.Metadata.Name}",
                    "spec.podSelector",
                    LabelSelectorKey.Of(selector),
                    $"{reason}; the policy isolates every pod of its namespace"
                )
            );
            return true;
        }

        return LabelSelectorMatcher.Matches(selector, pod.Labels);
    }

    private void Audit(DefaultDenyProfile profile, V1Namespace target, ExpansionContext expansion)
    {
        var result = PolicyExpander.ExpandAsEnforced(profile, target, expansion);
        if (result.Policy is not { } policy)
        {
            _report(new CompileProblem(profile.Metadata.Name, "spec", target.Metadata.Name, "cannot be resolved now; not audited"));
            return;
        }

        if (!_audited.TryGetValue(target.Metadata.Name, out var list))
        {
            _audited[target.Metadata.Name] = list = [];
        }

        list.Add(policy);
    }
}
