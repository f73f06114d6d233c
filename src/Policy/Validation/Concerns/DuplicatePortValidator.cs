using Palisade.Models;
using Palisade.Policy.Validation.Document;

namespace Palisade.Policy.Validation.Concerns;

/// <summary>Warns of port entries that allow nothing another entry of the rule does not.</summary>
internal sealed class DuplicatePortValidator : Concern
{
    protected override void Check(PolicyDocument document, FindingSink findings)
    {
        foreach (var rule in document.Rules)
        {
            for (var i = 0; i < rule.Ports.Length; i++)
            {
                var by = CoveredBy(rule, i);
                if (by >= 0)
                {
                    findings.Warning(
                        FindingCodes.PortDuplicate,
                        rule.PortPath(i),
                        Display(rule.Ports[i]),
                        $"is already allowed by ports[{by}], {Display(rule.Ports[by])}: remove it"
                    );
                }
            }
        }
    }

    /// <summary>The entry that makes this one needless: of two equal ones the later is needless.</summary>
    private static int CoveredBy(DocumentRule rule, int index)
    {
        for (var i = 0; i < rule.Ports.Length; i++)
        {
            var covers = i != index && Covers(rule.Ports[i], rule.Ports[index]);
            if (covers && (i < index || !Covers(rule.Ports[index], rule.Ports[i])))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool Covers(V1NetworkPolicyPort wide, V1NetworkPolicyPort narrow)
    {
        if ((wide.Protocol ?? "TCP") != (narrow.Protocol ?? "TCP"))
        {
            return false;
        }

        return (wide.Port, narrow.Port) switch
        {
            (null, _) => true,
            (_, null) => false,
            ({ } w, { } n) when w.IsText || n.IsText => w == n,
            ({ } w, { } n) => w.Number <= n.Number && (narrow.EndPort ?? n.Number) <= (wide.EndPort ?? w.Number),
        };
    }

    private static string Display(V1NetworkPolicyPort port)
    {
        var end = port.EndPort is { } last ? $"-{last}" : "";
        return $"{port.Protocol ?? "TCP"} {(port.Port is { } first ? $"{first}{end}" : "on every port")}";
    }
}
