using System.Collections.Immutable;
using Palisade.Policy.Selectors;

namespace Palisade.Policy.Evaluation;

/// <summary>
/// A NetworkPolicy, read once. One whose podSelector cannot be understood isolates every pod of its namespace and allows
/// nothing: the API server would have refused it, and to take it for less could leave a pod open.
/// </summary>
internal sealed class EvaluatedPolicy
{
    private readonly PolicyFacts _policy;
    private readonly ImmutableArray<EvaluatedRule> _ingress = [];
    private readonly ImmutableArray<EvaluatedRule> _egress = [];

    public EvaluatedPolicy(PolicyFacts policy)
    {
        Reference = new(policy.Namespace, policy.Name);
        _policy = policy;
        var spec = policy.Spec;
        if (spec.PodSelector is { } selector && LabelSelectorMatcher.FindError(selector) is not null)
        {
            return;
        }

        _ingress = [.. (spec.Ingress ?? []).Select((r, i) => new EvaluatedRule(Reference, Directions.Ingress, i, r.FromProperty, r.Ports))];
        _egress = [.. (spec.Egress ?? []).Select((r, i) => new EvaluatedRule(Reference, Directions.Egress, i, r.To, r.Ports))];
    }

    public PolicyReference Reference { get; }

    public bool Isolates(PodFacts pod, string direction) => _policy.Isolates(pod, direction);

    public ImmutableArray<EvaluatedRule> Rules(string direction) => direction == Directions.Ingress ? _ingress : _egress;
}
