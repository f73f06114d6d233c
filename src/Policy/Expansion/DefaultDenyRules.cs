namespace Palisade.Policy.Expansion;

/// <summary>The rules of what a DefaultDenyProfile leaves open.</summary>
internal static class DefaultDenyRules
{
    private const string SameNamespace = "spec.allow.sameNamespace";

    public static List<V1NetworkPolicyIngressRule> Ingress(DefaultDenyProfileSpec spec, RuleExpander rules)
    {
        var allowed = new List<V1NetworkPolicyIngressRule>();
        if (spec.Allow?.SameNamespace ?? true)
        {
            allowed.Add(rules.Note(new V1NetworkPolicyIngressRule { FromProperty = [new() { PodSelector = new() }] }, SameNamespace));
        }

        if (spec.Allow?.Dns ?? true)
        {
            allowed.AddRange(rules.IngressToDns("spec.allow.dns"));
        }

        allowed.AddRange(rules.Ingress(spec.Allow?.Ingress, "spec.allow.ingress") ?? []);
        return allowed;
    }

    public static List<V1NetworkPolicyEgressRule> Egress(DefaultDenyProfileSpec spec, RuleExpander rules)
    {
        var allowed = new List<V1NetworkPolicyEgressRule>();
        if (spec.Allow?.Dns ?? true)
        {
            allowed.AddRange(rules.EgressTo(ClusterEntities.ClusterDNS, "spec.allow.dns"));
        }

        if (spec.Allow?.SameNamespace ?? true)
        {
            allowed.Add(rules.Note(new V1NetworkPolicyEgressRule { To = [new() { PodSelector = new() }] }, SameNamespace));
        }

        if (spec.Allow?.KubeAPIServer ?? false)
        {
            allowed.AddRange(rules.EgressTo(ClusterEntities.KubeAPIServer, "spec.allow.kubeAPIServer"));
        }

        allowed.AddRange(rules.Egress(spec.Allow?.Egress, "spec.allow.egress") ?? []);
        return allowed;
    }
}

/// <summary>
/// What is always let through in Palisade's own namespace, whatever is denied there: the API server to the webhook, and Palisade to the
/// API server. Without them a policy could not be taken back: the webhook would refuse the change, or the operator not hear of it.
/// </summary>
internal static class OwnNamespaceRules
{
    /// <summary>Adds the allowances to what is stamped into the namespace, for the directions that it isolates.</summary>
    public static void Add(V1NetworkPolicySpec spec, ExpansionContext context, RuleExpander rules)
    {
        if (Directions.Isolates(spec, Directions.Ingress))
        {
            var webhook = new ClusterIngressRule
            {
                FromProperty = [new() { Entity = ClusterEntities.KubeAPIServer }],
                Ports = [new() { Protocol = "TCP", Port = context.WebhookPort }],
            };
            spec.Ingress = [.. spec.Ingress ?? [], .. rules.Ingress([webhook], "spec.ingress") ?? []];
        }

        if (Directions.Isolates(spec, Directions.Egress))
        {
            spec.Egress = [.. spec.Egress ?? [], .. rules.EgressTo(ClusterEntities.KubeAPIServer, "spec.egress")];
        }
    }
}
