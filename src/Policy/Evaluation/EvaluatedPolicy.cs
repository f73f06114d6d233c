using System.Collections.Immutable;
using Palisade.Policy.Selectors;

namespace Palisade.Policy.Evaluation;

/// <summary>
/// A NetworkPolicy, read once. One whose podSelector cannot be understood isolates every pod of its namespace and allows
/// nothing: the API server would have refused it, and to take it for less could leave a pod open.
/// </summary>
internal sealed class EvaluatedPolicy
{
    private readonly V1LabelSelector _selector;
    private readonly V1NetworkPolicySpec _spec;
    private readonly ImmutableArray<EvaluatedRule> _ingress = [];
    private readonly ImmutableArray<EvaluatedRule> _egress = [];

    public EvaluatedPolicy(V1NetworkPolicy policy)
    {
        Reference = new(policy.Metadata.NamespaceProperty ?? "", policy.Metadata.Name);
        _spec = policy.Spec ?? new();
        _selector = _spec.PodSelector ?? LabelSelectorMatcher.Everything;
        if (LabelSelectorMatcher.WhyInvalid(_selector) is not null)
        {
            _selector = LabelSelectorMatcher.Everything;
            return;
        }

        _ingress =
        [
            .. (_spec.Ingress ?? []).Select((r, i) => new EvaluatedRule(Reference, Directions.Ingress, i, r.FromProperty, r.Ports)),
        ];
        _egress = [.. (_spec.Egress ?? []).Select((r, i) => new EvaluatedRule(Reference, Directions.Egress, i, r.To, r.Ports))];
    }

    public PolicyReference Reference { get; }

    public bool Isolates(V1Pod pod, string direction) =>
        Directions.Isolates(_spec, direction) && LabelSelectorMatcher.Matches(_selector, pod.Metadata.Labels);

    public ImmutableArray<EvaluatedRule> Rules(string direction) => direction == Directions.Ingress ? _ingress : _egress;
}
