using Palisade.Policy;
using Palisade.Policy.Expansion;

namespace Palisade.Dataplane.Compilation;

/// <summary>The policies by namespace, and what each audited profile would stamp there.</summary>
internal sealed class PolicyIndex
{
    private readonly Dictionary<string, List<PolicyFacts>> _enforced = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<PolicyFacts>> _audited = new(StringComparer.Ordinal);
    private readonly Dictionary<Direction, int> _isolating = new() { [Direction.Egress] = 0, [Direction.Ingress] = 0 };
    private ClusterSnapshot _snapshot = ClusterSnapshot.Empty;

    /// <summary>Audited profiles that could not be expanded.</summary>
    public List<CompileProblem> Problems { get; } = [];

    /// <summary>Takes over what the snapshot says; costs what differs from the one before.</summary>
    /// <returns>Whether anything differs that a pod's class could depend on.</returns>
    public bool Update(ClusterSnapshot snapshot)
    {
        var policies = Changes<PolicyFacts>.Between(_snapshot.Policies, snapshot.Policies);
        foreach (var policy in policies.Removed)
        {
            _enforced[policy.Namespace].RemoveAll(other => ReferenceEquals(other, policy));
            Count(policy, -1);
        }

        foreach (var policy in policies.Added)
        {
            Add(_enforced, policy.Namespace, policy);
            Count(policy, 1);
        }

        var audits = HasOtherAudits(snapshot);
        if (audits)
        {
            UpdateAudits(snapshot);
        }

        _snapshot = snapshot;
        return audits || !policies.IsEmpty;
    }

    /// <summary>Whether any policy of the cluster isolates pods in the direction.</summary>
    public bool AnyIsolates(Direction direction) => _isolating[direction] > 0;

    /// <summary>The policies that isolate the pod in the direction.</summary>
    public IReadOnlyList<PolicyFacts> Isolating(IndexedPod pod, Direction direction) => Selecting(_enforced, pod, direction);

    /// <summary>The policies that would isolate it if their profiles were enforced.</summary>
    public IReadOnlyList<PolicyFacts> Auditing(IndexedPod pod, Direction direction) => Selecting(_audited, pod, direction);

    private bool HasOtherAudits(ClusterSnapshot snapshot)
    {
        var profiles = Changes<DefaultDenyProfile>.Between(_snapshot.AuditProfiles, snapshot.AuditProfiles);
        return !profiles.IsEmpty
            || (
                !snapshot.AuditProfiles.IsEmpty
                && !(
                    ReferenceEquals(_snapshot.Entities, snapshot.Entities)
                    && Changes<NamespaceFacts>.Between(_snapshot.Namespaces, snapshot.Namespaces).IsEmpty
                    && Changes<NodeFacts>.Between(_snapshot.Nodes, snapshot.Nodes).IsEmpty
                )
            );
    }

    private void UpdateAudits(ClusterSnapshot snapshot)
    {
        _audited.Clear();
        Problems.Clear();
        var expansion = new ExpansionContext { Nodes = snapshot.Nodes, Entities = snapshot.Entities };
        foreach (var profile in snapshot.AuditProfiles)
        {
            var selection = NamespaceSelection.From(profile, expansion.OwnNamespace);
            foreach (var target in snapshot.Namespaces.Where(selection.Matches))
            {
                Audit(profile, target, expansion);
            }
        }
    }

    private void Audit(DefaultDenyProfile profile, NamespaceFacts target, ExpansionContext expansion)
    {
        if (PolicyExpander.ExpandAsEnforced(profile, target, expansion).Policy is { } policy)
        {
            Add(_audited, target.Name, PolicyFacts.From(policy));
        }
        else
        {
            Problems.Add(new CompileProblem(profile.Metadata.Name, "spec", target.Name, "cannot be resolved now; not audited"));
        }
    }

    private void Count(PolicyFacts policy, int change)
    {
        foreach (var direction in (Direction[])[Direction.Egress, Direction.Ingress])
        {
            _isolating[direction] += policy.Isolates(NameOf(direction)) ? change : 0;
        }
    }

    private static void Add(Dictionary<string, List<PolicyFacts>> policies, string namespaceName, PolicyFacts policy)
    {
        if (!policies.TryGetValue(namespaceName, out var list))
        {
            policies[namespaceName] = list = [];
        }

        list.Add(policy);
    }

    private static List<PolicyFacts> Selecting(Dictionary<string, List<PolicyFacts>> policies, IndexedPod pod, Direction direction) =>
        policies.TryGetValue(pod.Namespace, out var list) ? list.FindAll(policy => policy.Isolates(pod.Pod, NameOf(direction))) : [];

    private static string NameOf(Direction direction) => direction == Direction.Egress ? Directions.Egress : Directions.Ingress;
}
