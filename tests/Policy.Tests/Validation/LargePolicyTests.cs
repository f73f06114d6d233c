using System.Globalization;
using Palisade.Policy.Validation;

namespace Palisade.Policy.Tests.Validation;

/// <summary>
/// Policies as large as the API server takes. Anybody who may write NetworkPolicies may send one: where the time grew with the square of
/// their length, these took minutes.
/// </summary>
public sealed class LargePolicyTests
{
    [Fact]
    public void Validate_EveryPortOnItsOwn_FindsTheOneThatRepeats()
    {
        var ports = Enumerable.Range(1, 65535).Append(443).Select(port => new V1NetworkPolicyPort { Port = port }).ToList();

        Codes(new() { Ports = ports }, FindingCodes.PortDuplicate).ShouldBe(["spec.ingress[0].ports[65535]"]);
    }

    [Fact]
    public void Validate_ThousandsOfExceptionsUndone_NamesTheBlockThatUndoesEach()
    {
        var peers = Enumerable.Range(0, 20_000).SelectMany(Undone).Select(block => new V1NetworkPolicyPeer { IpBlock = block }).ToList();

        var found = Findings(new() { FromProperty = peers }, FindingCodes.ExceptUndone).ToList();

        found.Count.ShouldBe(20_000);
        found[^1].Message.ShouldContain("is allowed again by from[39999] \"10.78.31.0/26\"");
    }

    [Fact]
    public void Validate_ExceptionsUndoneByBlocksThatBeginBeforeOrWithinThem_NamesOneThatDoes()
    {
        string[][] blocks =
        [
            ["10.0.0.0/8", "10.64.0.0/16"],
            ["10.0.0.0/9"],
            ["10.200.0.0/24", "10.200.0.0/25"],
            ["10.200.0.64/26"],
        ];
        var peers = blocks.Select(texts => new V1NetworkPolicyPeer
        {
            IpBlock = new() { Cidr = texts[0], Except = texts[1..] },
        });

        var found = Findings(new() { FromProperty = [.. peers] }, FindingCodes.ExceptUndone).ToList();

        found
            .Select(finding => finding.Field)
            .ShouldBe(["spec.ingress[0].from[0].ipBlock.except", "spec.ingress[0].from[2].ipBlock.except"]);
        found[0].Message.ShouldContain("from[1]");
        found[1].Message.ShouldContain("from[0]");
    }

    private static IEnumerable<V1IPBlock> Undone(int number)
    {
        var prefix = string.Create(CultureInfo.InvariantCulture, $"10.{number >> 8}.{number & 255}");
        return [new() { Cidr = $"{prefix}.0/24", Except = [$"{prefix}.0/25"] }, new() { Cidr = $"{prefix}.0/26" }];
    }

    private static IEnumerable<string> Codes(V1NetworkPolicyIngressRule rule, string code) =>
        Findings(rule, code).Select(finding => finding.Field);

    private static IEnumerable<Finding> Findings(V1NetworkPolicyIngressRule rule, string code) =>
        PolicyValidator
            .Validate(
                new V1NetworkPolicy
                {
                    Metadata = new() { Name = "large" },
                    Spec = new() { PodSelector = new(), Ingress = [rule] },
                }
            )
            .Where(finding => finding.Code == code);
}
