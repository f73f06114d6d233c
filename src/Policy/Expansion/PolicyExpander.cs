namespace Palisade.Policy.Expansion;

/// <summary>
/// Turns a custom resource into the NetworkPolicy that it stamps into one namespace. Whether the namespace matches at all is
/// <see cref="NamespaceSelection"/>'s to say. The same input always gives the same output, in the same order.
/// </summary>
/// <remarks>
/// Expansion never widens. In a NetworkPolicy a rule without peers lets everybody in, so a rule whose peers have all come to
/// nothing is left out; a direction that the custom resource isolates stays isolated even when all of its rules are left out.
/// </remarks>
public static class PolicyExpander
{
    /// <summary>What the policy stamps into the namespace.</summary>
    public static ExpansionResult Expand(ClusterNetworkPolicy policy, NamespaceFacts target, ExpansionContext context)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(context);
        var spec = policy.Spec ?? new();
        var rules = new RuleExpander(target, context);
        var ingress = rules.Ingress(spec.Ingress, "spec.ingress");
        var egress = rules.Egress(spec.Egress, "spec.egress");
        var expanded = new V1NetworkPolicySpec
        {
            PodSelector = spec.PodSelector ?? new(),
            PolicyTypes = PolicyTypes(spec, egress),
            Ingress = ingress,
            Egress = egress,
        };
        var result = Result(rules, PolicyNames.For(policy), target, context, policy, expanded);
        return IsTooLarge(result) ? result with { WithoutNodes = Expand(policy, target, WithoutNodes(context)).Policy } : result;
    }

    /// <summary>What the profile stamps into the namespace: nothing when it only audits.</summary>
    public static ExpansionResult Expand(DefaultDenyProfile profile, NamespaceFacts target, ExpansionContext context)
    {
        ArgumentNullException.ThrowIfNull(profile);
        return profile.Spec.Enforcement == "Audit" ? new() { IsAudit = true } : ExpandAsEnforced(profile, target, context);
    }

    /// <summary>What the profile would stamp into the namespace if it were enforced, whether it is or not.</summary>
    public static ExpansionResult ExpandAsEnforced(DefaultDenyProfile profile, NamespaceFacts target, ExpansionContext context)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(context);
        var rules = new RuleExpander(target, context);
        var types = profile.Spec.PolicyTypes is { Count: > 0 } given
            ? [.. given]
            : new List<string> { Directions.Ingress, Directions.Egress };
        var expanded = new V1NetworkPolicySpec { PodSelector = new(), PolicyTypes = types };
        if (types.Contains(Directions.Ingress))
        {
            expanded.Ingress = DefaultDenyRules.Ingress(profile.Spec, rules);
        }

        if (types.Contains(Directions.Egress))
        {
            expanded.Egress = DefaultDenyRules.Egress(profile.Spec, rules);
        }

        var result = Result(rules, PolicyNames.For(profile), target, context, profile, expanded);
        return IsTooLarge(result) ? result with { WithoutNodes = ExpandAsEnforced(profile, target, WithoutNodes(context)).Policy } : result;
    }

    private static bool IsTooLarge(ExpansionResult result) => result.Unresolved is [{ Reason: UnresolvedPeer.TooManyAddresses }];

    private static ExpansionContext WithoutNodes(ExpansionContext context) => context with { Nodes = [] };

    /// <summary>
    /// As given; but where they are left to default and all egress rules came to nothing, the default would no longer isolate
    /// egress, so they are spelled out.
    /// </summary>
    private static List<string>? PolicyTypes(ClusterNetworkPolicySpec spec, IList<V1NetworkPolicyEgressRule>? expandedEgress)
    {
        if (spec.PolicyTypes is { Count: > 0 } given)
        {
            return [.. given];
        }

        var vanished = spec.Egress is { Count: > 0 } && expandedEgress is not { Count: > 0 };
        return vanished ? [Directions.Ingress, Directions.Egress] : null;
    }

    private static ExpansionResult Result(
        RuleExpander rules,
        string name,
        NamespaceFacts target,
        ExpansionContext context,
        k8s.IKubernetesObject<V1ObjectMeta> owner,
        V1NetworkPolicySpec spec
    )
    {
        if (target.Name == context.OwnNamespace)
        {
            OwnNamespaceRules.Add(spec, context, rules);
        }

        if (rules.Unresolved.Count > 0)
        {
            return new() { Unresolved = [.. rules.Unresolved] };
        }

        if (!context.Nodes.IsEmpty && rules.TooMany is { } tooMany)
        {
            return new() { Unresolved = [tooMany] };
        }

        var metadata = new V1ObjectMeta
        {
            Name = name,
            NamespaceProperty = target.Name,
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [PolicyNames.ManagedByLabel] = PolicyNames.ManagedByValue },
            OwnerReferences =
            [
                new()
                {
                    ApiVersion = owner.ApiVersion,
                    Kind = owner.Kind,
                    Name = owner.Metadata.Name,
                    Uid = owner.Metadata.Uid ?? "",
                    Controller = true,
                },
            ],
        };
        return new()
        {
            Policy = new() { Metadata = metadata, Spec = spec },
            IngressOrigins = [.. (spec.Ingress ?? []).Select(rules.OriginOf)],
            EgressOrigins = [.. (spec.Egress ?? []).Select(rules.OriginOf)],
            UsesConventionalDns = rules.UsesConventionalDns,
        };
    }
}
