using Palisade.Policy.Validation;
using Palisade.Webhook.Admission;
using Palisade.Webhook.Impact;

namespace Palisade.Webhook.Tests.Admission;

/// <summary>What the webhook says of a plain NetworkPolicy goes by the API server's version.</summary>
public sealed class ServerVersionTests
{
    private const string HostBits = "10.1.2.3/16";
    private static readonly AdmissionContext Context = new() { Name = "db", User = "ada" };

    [Theory]
    [InlineData("1.36", false)]
    [InlineData("1.35", true)]
    [InlineData(null, true)]
    public void Create_HostBits_AreRefusedFrom136On(string? version, bool allowed) =>
        ShouldSay(Handlers(version).NetworkPolicy(null, Policy(HostBits), Context), allowed, "PAL002");

    [Theory]
    [InlineData("1.26", false)]
    [InlineData("1.25", true)]
    [InlineData(null, true)]
    public void Create_InvalidValueInAMatchExpression_IsRefusedFrom126On(string? version, bool allowed) =>
        ShouldSay(Handlers(version).NetworkPolicy(null, Policy("10.1.0.0/16", "red team"), Context), allowed, "PAL032");

    [Fact]
    public void Create_OfAnOldServer_RefusesInOurOwnKinds()
    {
        var policy = new ClusterNetworkPolicy
        {
            Metadata = new() { Name = "db" },
            Spec = new()
            {
                NamespaceSelector = new(),
                Ingress = [new() { FromProperty = [new() { IpBlock = new() { Cidr = HostBits } }] }],
            },
        };

        ShouldSay(Handlers("1.20").ClusterNetworkPolicy(null, policy, Context), allowed: false, "PAL002");
    }

    [Fact]
    public void Update_BlockThatWasThereBefore_MayStay()
    {
        // As the API server has it (KEP-4858): a policy of before an upgrade can still be changed.
        var handlers = Handlers("1.36");

        ShouldSay(handlers.NetworkPolicy(Policy(HostBits), Policy(HostBits, "other"), Context), allowed: true, "PAL002");
        ShouldSay(handlers.NetworkPolicy(Policy("10.2.3.4/16"), Policy(HostBits), Context), allowed: false, "PAL002");
    }

    [Fact]
    public void Update_InvalidValueThatThePodSelectorHadBefore_MayStay()
    {
        var handlers = Handlers("1.36");

        ShouldSay(handlers.NetworkPolicy(Policy("::/0", "red team"), Policy("10.0.0.0/8", "red team"), Context), allowed: true, "PAL032");
        ShouldSay(handlers.NetworkPolicy(Policy("::/0", "red"), Policy("10.0.0.0/8", "red team"), Context), allowed: false, "PAL032");
    }

    private static void ShouldSay(IReadOnlyList<Finding> findings, bool allowed, string code)
    {
        findings.ShouldContain(finding => finding.Code == code);
        findings.Any(finding => finding.Severity == FindingSeverity.Error).ShouldBe(!allowed);
    }

    private static PolicyHandlers Handlers(string? version) =>
        new(
            new GeneratedPolicyGuard(ProtectionMode.Off, []),
            new(),
            new UnknownCluster(),
            () => KubernetesVersion.TryParse(version, out var parsed) ? parsed : null,
            TimeProvider.System
        );

    private static V1NetworkPolicy Policy(string cidr, string value = "db") =>
        new()
        {
            Metadata = new() { Name = "db", NamespaceProperty = "shop" },
            Spec = new()
            {
                PodSelector = new()
                {
                    MatchExpressions =
                    [
                        new()
                        {
                            Key = "app",
                            OperatorProperty = "In",
                            Values = [value],
                        },
                    ],
                },
                Ingress = [new() { FromProperty = [new() { IpBlock = new() { Cidr = cidr } }] }],
            },
        };
}
