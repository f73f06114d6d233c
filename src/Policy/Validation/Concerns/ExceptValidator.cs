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
            if (block.Except.Length > 0 && block.Cidr.Meant is { } cidr)
            {
                CheckInside(block, cidr, findings);
                CheckTogether(block, cidr, findings);
            }
        }
    }

    private static void CheckInside(DocumentBlock block, Cidr cidr, FindingSink findings)
    {
        for (var i = 0; i < block.Except.Length; i++)
        {
            if (block.Except[i] is not { } except || IsInside(except, cidr))
            {
                continue;
            }

            var (field, text) = (block.ExceptPath(i), block.ExceptText(i));
            if (cidr.Family != except.Family)
            {
                findings.Error(FindingCodes.ExceptFamily, field, text, $"must be {cidr.Family} like cidr \"{cidr}\"");
            }
            else if (cidr == except)
            {
                findings.Error(
                    FindingCodes.ExceptEqualsCidr,
                    field,
                    text,
                    "must be smaller than cidr, which it leaves nothing of: remove the peer, or except less"
                );
            }
            else
            {
                findings.Error(FindingCodes.ExceptOutside, field, text, $"must lie inside cidr \"{cidr}\"");
            }
        }
    }

    /// <summary>
    /// Walks the exceptions in order. Blocks overlap only when one contains the other, and the one that contains comes first.
    /// </summary>
    private static void CheckTogether(DocumentBlock block, Cidr cidr, FindingSink findings)
    {
        var sorted = Inside(block, cidr);
        var (overlap, gap) = (false, false);
        UInt128? last = null;
        foreach (var except in sorted)
        {
            if (except.First <= last)
            {
                overlap = true;
                continue;
            }

            gap |= except.First != (last is null ? cidr.First : last + 1);
            last = except.Last;
        }

        if (last == cidr.Last && !gap)
        {
            findings.ErrorUnlessLenient(
                FindingCodes.ExceptsCoverCidr,
                $"{block.Path}.except",
                null,
                $"must leave something of cidr \"{cidr}\", but the exceptions together cover it, so that the peer matches nothing: remove the peer, or except less"
            );
        }

        if (overlap)
        {
            var smallest = CidrSet.Of(sorted).ToCidrs();
            findings.Warning(
                FindingCodes.ExceptsOverlap,
                $"{block.Path}.except",
                null,
                $"the exceptions overlap: write {Text.List(smallest.Select(c => $"\"{c}\""))}"
            );
        }
    }

    private static List<Cidr> Inside(DocumentBlock block, Cidr cidr)
    {
        var inside = new List<Cidr>(block.Except.Length);
        var inOrder = true;
        foreach (var parsed in block.Except)
        {
            if (parsed is { } except && IsInside(except, cidr))
            {
                inOrder &= inside.Count == 0 || inside[^1] <= except;
                inside.Add(except);
            }
        }

        if (!inOrder)
        {
            inside.Sort();
        }

        return inside;
    }

    private static bool IsInside(Cidr except, Cidr cidr) => except.PrefixLength > cidr.PrefixLength && cidr.Contains(except);
}
