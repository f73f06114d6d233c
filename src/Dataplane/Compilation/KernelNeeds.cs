namespace Palisade.Dataplane.Compilation;

/// <summary>Finds what a chain needs that the kernel does not take.</summary>
internal static class KernelNeeds
{
    private const string Remedy = "load the module, or install the package with the kernel's extra modules";

    /// <summary>Reports what stands in the way of the chain; whether nothing does.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="limits">What the kernel does not take.</param>
    /// <param name="sets">Knows the type of each set.</param>
    /// <param name="rulesByField">The same rules by where in the policy they come from.</param>
    /// <param name="report">Told field, value, message and what is lacking.</param>
    public static bool AreMet(
        PolicyChain chain,
        KernelLimits limits,
        SetCatalog sets,
        IEnumerable<(string Field, PolicyRule Rule)> rulesByField,
        Action<string, string, string, string> report
    )
    {
        if (limits.RefusedChains.TryGetValue(chain.Name, out var refusal))
        {
            var field = rulesByField.FirstOrDefault(item => item.Rule.ToString() == refusal.Rule).Field ?? "spec";
            report(field, refusal.Rule ?? "", $"this node's kernel refuses it: {refusal.Reason}", refusal.Reason);
            return false;
        }

        if (limits.Lacking.IsEmpty || !chain.IPv4.Concat(chain.IPv6).Any(rule => Lacking(rule, limits, sets) is not null))
        {
            return true;
        }

        foreach (var (field, rule) in rulesByField)
        {
            if (Lacking(rule, limits, sets) is { } lacking)
            {
                var lacks = KernelLimits.Describe(lacking);
                report($"{field}.ports", Value(rule, lacking), $"this node's kernel lacks {lacks}: {Remedy}", lacks);
            }
        }

        return false;
    }

    private static KernelFeature? Lacking(PolicyRule rule, KernelLimits limits, SetCatalog sets)
    {
        foreach (var feature in NeedsOf(rule, sets))
        {
            if (limits.Lacking.Contains(feature))
            {
                return feature;
            }
        }

        return null;
    }

    private static IEnumerable<KernelFeature> NeedsOf(PolicyRule rule, SetCatalog sets)
    {
        if (rule.Ports.Length > 1)
        {
            yield return KernelFeature.SeveralPorts;
        }
        else if (rule.Ports.Length == 1 && rule.Protocol == Protocols.IptablesName(Protocols.Sctp))
        {
            yield return KernelFeature.SctpPorts;
        }

        foreach (var kind in rule.Sets.Select(lookup => sets.KindOf(lookup.Set)))
        {
            if (kind == SetKind.Ports)
            {
                yield return KernelFeature.PortSets;
            }
            else if (kind == SetKind.AddressPorts)
            {
                yield return KernelFeature.AddressPortSets;
            }
        }
    }

    private static string Value(PolicyRule rule, KernelFeature lacking) =>
        lacking switch
        {
            KernelFeature.SctpPorts => $"SCTP {string.Join(',', rule.Ports)}",
            KernelFeature.SeveralPorts => string.Join(',', rule.Ports),
            KernelFeature.PortSets => $"more than {PolicyRule.MultiportSlots} ports",
            _ => "a named port",
        };
}
