using FluentValidation;
using Palisade.Policy.Net;

namespace Palisade.Policy.Validation;

/// <summary>
/// Every cidr and exception is a CIDR, written so that all programs read it alike, without host bits; exceptions lie inside their cidr, leave
/// something of it, and do not repeat each other.
/// </summary>
internal sealed class BlockValidator : AbstractValidator<DocumentBlock>
{
    public BlockValidator() => RuleFor(block => block).Custom(CheckSyntax).Custom(CheckExceptions);

    private static void CheckSyntax(DocumentBlock block, ValidationContext<DocumentBlock> context)
    {
        if (block.Cidr.Error is not null)
        {
            Report(block.Cidr, FindingCodes.CidrInvalid, $"{block.Path}.cidr", context);
        }

        foreach (var (index, except) in block.WrongExcept)
        {
            if (block.IsMappedException(except))
            {
                context.AddError(
                    FindingCodes.ExceptInvalid,
                    block.ExceptPath(index),
                    except.Text,
                    $"must not be IPv4-mapped: cidr \"{block.Cidr.Meant}\" holds no IPv4 addresses, so remove it"
                );
                continue;
            }

            Report(except, FindingCodes.ExceptInvalid, block.ExceptPath(index), context);
        }
    }

    private static void Report(ParsedCidr cidr, string code, string field, ValidationContext<DocumentBlock> context)
    {
        var error = cidr.Error!;
        var isTaken = context.Tolerance().TakesCidr(cidr.Text);
        if (error.Kind == CidrErrorKind.HostBits)
        {
            context.AddErrorUnless(isTaken, FindingCodes.HostBits, field, cidr.Text, error.Message);
        }
        else if (Cidr.TryParseLenient(cidr.Text, out _))
        {
            context.AddErrorUnless(isTaken, code, field, cidr.Text, error.Message);
        }
        else
        {
            context.AddError(code, field, cidr.Text ?? "", error.Message);
        }
    }

    private static void CheckExceptions(DocumentBlock block, ValidationContext<DocumentBlock> context)
    {
        if (block.Except.Length > 0 && block.Cidr.Meant is { } cidr)
        {
            CheckInside(block, cidr, context);
            CheckTogether(block, cidr, context);
        }
    }

    private static void CheckInside(DocumentBlock block, Cidr cidr, ValidationContext<DocumentBlock> context)
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
                context.AddError(FindingCodes.ExceptFamily, field, text, $"must be {cidr.Family} like cidr \"{cidr}\"");
            }
            else if (cidr == except)
            {
                context.AddError(
                    FindingCodes.ExceptEqualsCidr,
                    field,
                    text,
                    "must be smaller than cidr, which it leaves nothing of: remove the peer, or except less"
                );
            }
            else
            {
                context.AddError(FindingCodes.ExceptOutside, field, text, $"must lie inside cidr \"{cidr}\"");
            }
        }
    }

    /// <summary>
    /// Walks the exceptions in order. Blocks overlap only when one contains the other, and the one that contains comes first.
    /// </summary>
    private static void CheckTogether(DocumentBlock block, Cidr cidr, ValidationContext<DocumentBlock> context)
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
            context.AddErrorUnlessLenient(
                FindingCodes.ExceptsCoverCidr,
                $"{block.Path}.except",
                null,
                $"must leave something of cidr \"{cidr}\", but the exceptions together cover it, so that the peer matches nothing: remove the peer, or except less"
            );
        }

        if (overlap)
        {
            var smallest = CidrSet.From(sorted).ToCidrs();
            context.AddWarning(
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
