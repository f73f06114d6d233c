namespace Palisade.Policy.Expansion;

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
