using Palisade.Policy.Net;
using Palisade.Policy.Validation.Document;

namespace Palisade.Policy.Validation.Concerns;

/// <summary>Exceptions lie inside their cidr, leave something of it, and do not repeat each other.</summary>
internal sealed class ExceptValidator : Concern
{
    protected override void Check(PolicyDocument document, FindingSink findings)
    {
        foreach (var block in document.Rules.SelectMany(r => r.Peers).Select(p => p.Block).OfType<DocumentBlock>())
        {
            if (block.Except.Length == 0)
            {
                continue;
            }

            if (block.Cidr.Meant is { } cidr)
            {
                CheckInside(block, cidr, findings);
                CheckCover(block, cidr, findings);
                CheckOverlap(block, cidr, findings);
            }
        }
    }

    private static void CheckInside(DocumentBlock block, Cidr cidr, FindingSink findings)
    {
        for (var i = 0; i < block.Except.Length; i++)
        {
            if (block.Except[i].Meant is not { } except || (cidr.Contains(except) && cidr != except))
            {
                continue;
            }

            var (field, text) = (block.ExceptPath(i), block.Except[i].Text);
            if (cidr.Family != except.Family)
            {
                findings.Error(FindingCodes.ExceptFamily, field, text, $"must be {cidr.Family} like cidr \"{cidr}\"");
            }
            else if (cidr == except)
            {
                findings.ErrorUnlessLenient(
                    FindingCodes.ExceptEqualsCidr,
                    field,
                    text,
                    "must be smaller than cidr, which it leaves nothing of: remove the peer, or except less"
                );
            }
            else
            {
                // Old API servers look only at the exception's first address.
                Action<string, string, string?, string> report = cidr.Contains(except.Network)
                    ? findings.ErrorUnlessLenient
                    : findings.Error;
                report(FindingCodes.ExceptOutside, field, text, $"must lie inside cidr \"{cidr}\"");
            }
        }
    }

    private static void CheckCover(DocumentBlock block, Cidr cidr, FindingSink findings)
    {
        if (!block.Except.Any(e => e.Meant is { } except && except.Contains(cidr)) && block.ExceptedAddresses().Covers(cidr))
        {
            findings.ErrorUnlessLenient(
                FindingCodes.ExceptsCoverCidr,
                $"{block.Path}.except",
                null,
                $"must leave something of cidr \"{cidr}\", but the exceptions together cover it, so that the peer matches nothing: remove the peer, or except less"
            );
        }
    }

    /// <summary>Blocks overlap only when one contains the other: in order, the one that contains comes first.</summary>
    private static void CheckOverlap(DocumentBlock block, Cidr cidr, FindingSink findings)
    {
        var sorted = block.Except.Select(e => e.Meant).OfType<Cidr>().Where(e => cidr.Contains(e) && cidr != e).ToArray();
        Array.Sort(sorted);
        for (var i = 1; i < sorted.Length; i++)
        {
            if (sorted[i - 1].Overlaps(sorted[i]))
            {
                var smallest = CidrSet.Of(sorted).ToCidrs();
                findings.Warning(
                    FindingCodes.ExceptsOverlap,
                    $"{block.Path}.except",
                    null,
                    $"the exceptions overlap: write {Text.List(smallest.Select(c => $"\"{c}\""))}"
                );
                return;
            }
        }
    }
}
