using Palisade.Policy.Validation.Document;

namespace Palisade.Policy.Validation.Concerns;

/// <summary>Warns of rules that mean everybody without saying so. The rule {} says so.</summary>
internal sealed class OpenRuleValidator : Concern
{
    protected override void Check(PolicyDocument document, FindingSink findings)
    {
        foreach (var rule in document.Rules.Where(r => r.Peers.IsEmpty && (r.HasPeerList || !r.Ports.IsEmpty)))
        {
            var who = rule.Direction == Directions.Ingress ? "every source" : "every destination";
            findings.Warning(
                FindingCodes.RuleForEverybody,
                rule.PeersPath,
                null,
                $"is {(rule.HasPeerList ? "empty" : "absent")}, which means {who}, also outside the cluster: name the peers unless that is meant"
            );
        }
    }
}
