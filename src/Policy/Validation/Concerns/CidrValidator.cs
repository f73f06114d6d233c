using Palisade.Policy.Net;
using Palisade.Policy.Validation.Document;

namespace Palisade.Policy.Validation.Concerns;

/// <summary>Every cidr and exception is a CIDR, written so that all programs read it alike, without host bits.</summary>
internal sealed class CidrValidator : Concern
{
    protected override void Check(PolicyDocument document, FindingSink findings)
    {
        foreach (var block in document.Rules.SelectMany(r => r.Peers).Select(p => p.Block).OfType<DocumentBlock>())
        {
            if (block.Cidr.Error is not null)
            {
                Report(document, block.Cidr, FindingCodes.CidrInvalid, $"{block.Path}.cidr", findings);
            }

            foreach (var (index, except) in block.WrongExcept)
            {
                if (block.IsMappedException(except))
                {
                    findings.Error(
                        FindingCodes.ExceptInvalid,
                        block.ExceptPath(index),
                        except.Text,
                        $"must not be IPv4-mapped: cidr \"{block.Cidr.Meant}\" holds no IPv4 addresses, so remove it"
                    );
                    continue;
                }

                Report(document, except, FindingCodes.ExceptInvalid, block.ExceptPath(index), findings);
            }
        }
    }

    private static void Report(PolicyDocument document, ParsedCidr cidr, string code, string field, FindingSink findings)
    {
        var error = cidr.Error!;
        if (error.Kind == CidrErrorKind.HostBits)
        {
            findings.ErrorUnless(document.Tolerance.TakesCidr(cidr.Text), FindingCodes.HostBits, field, cidr.Text, error.Message);
        }
        else if (Cidr.TryParseLenient(cidr.Text, out _))
        {
            findings.ErrorUnless(document.Tolerance.TakesCidr(cidr.Text), code, field, cidr.Text, error.Message);
        }
        else
        {
            findings.Error(code, field, cidr.Text ?? "", error.Message);
        }
    }
}
