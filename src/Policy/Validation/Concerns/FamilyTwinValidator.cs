using Palisade.Policy.Net;
using Palisade.Policy.Validation.Document;

namespace Palisade.Policy.Validation.Concerns;

/// <summary>Warns of policies that mean every address of one family and none of the other.</summary>
internal sealed class FamilyTwinValidator : Concern
{
    protected override void Check(PolicyDocument document, FindingSink findings)
    {
        foreach (var rule in document.Rules)
        {
            var four = FirstOf(rule, Cidr.AllIPv4);
            var six = FirstOf(rule, Cidr.AllIPv6);
            if ((four ?? six) is not { } block || (four is not null && six is not null))
            {
                continue;
            }

            var twin = four is null ? Cidr.AllIPv4 : Cidr.AllIPv6;
            // Rules add up: the twin may stand in others, as long as these together allow the same ports.
            var twins = document.Rules.Where(r => r.Direction == rule.Direction && FirstOf(r, twin) is not null).ToList();
            if (!PortCover.Covers(twins, rule))
            {
                findings.Warning(
                    FindingCodes.FamilyTwinMissing,
                    $"{block.Path}.cidr",
                    block.Cidr.Text,
                    $"means every {block.Cidr.Meant!.Value.Family} address and no {twin.Family} address: add \"{twin}\" unless that is meant"
                );
            }
        }
    }

    private static DocumentBlock? FirstOf(DocumentRule rule, Cidr cidr) =>
        rule.Peers.Select(p => p.Block).FirstOrDefault(b => b?.Cidr.Meant == cidr);
}
