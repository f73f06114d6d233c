using Palisade.Webhook.Admission;
using Palisade.Webhook.Impact;
using Palisade.Webhook.Kinds;

namespace Palisade.Webhook.Tests.Kinds;

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
        ShouldSay(Webhook(version).Create(Policy(HostBits), Context), allowed, "PAL002");

    [Theory]
    [InlineData("1.26", false)]
    [InlineData("1.25", true)]
    [InlineData(null, true)]
    public void Create_InvalidValueInAMatchExpression_IsRefusedFrom126On(string? version, bool allowed) =>
        ShouldSay(Webhook(version).Create(Policy("10.1.0.0/16", "red team"), Context), allowed, "PAL032");

    [Fact]
    public void Create_OfAnOldServer_RefusesInOurOwnKinds()
    {
        var webhook = new ClusterNetworkPolicyWebhook(new(), new UnknownCluster(), TimeProvider.System);
        var policy = new ClusterNetworkPolicy
        {
            Metadata = new() { Name = "db" },
            Spec = new()
            {
                NamespaceSelector = new(),
                Ingress = [new() { FromProperty = [new() { IpBlock = new() { Cidr = HostBits } }] }],
            },
        };

        ShouldSay(webhook.Create(policy, Context), allowed: false, "PAL002");
    }

    [Fact]
    public void Update_BlockThatWasThereBefore_MayStay()
    {
        // As the API server has it (KEP-4858): a policy of before an upgrade can still be changed.
        var webhook = Webhook("1.36");

        ShouldSay(webhook.Update(Policy(HostBits), Policy(HostBits, "other"), Context), allowed: true, "PAL002");
        ShouldSay(webhook.Update(Policy("10.2.3.4/16"), Policy(HostBits), Context), allowed: false, "PAL002");
    }

    [Fact]
    public void Update_InvalidValueThatThePodSelectorHadBefore_MayStay()
    {
        var webhook = Webhook("1.36");

        ShouldSay(webhook.Update(Policy("::/0", "red team"), Policy("10.0.0.0/8", "red team"), Context), allowed: true, "PAL032");
        ShouldSay(webhook.Update(Policy("::/0", "red"), Policy("10.0.0.0/8", "red team"), Context), allowed: false, "PAL032");
    }

    private static void ShouldSay(ValidationResult result, bool allowed, string code)
    {
        result.Allowed.ShouldBe(allowed);
        (allowed ? result.Warnings : [result.Status!.Message!]).ShouldContain(text => text.Contains(code, StringComparison.Ordinal));
    }

    private static NetworkPolicyWebhook Webhook(string? version) =>
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
