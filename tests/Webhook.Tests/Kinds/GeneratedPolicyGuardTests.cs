using Palisade.Webhook.Admission;
using Palisade.Webhook.Impact;
using Palisade.Webhook.Kinds;

namespace Palisade.Webhook.Tests.Kinds;

public sealed class GeneratedPolicyGuardTests
{
    private const string Operator = "system:serviceaccount:palisade-system:palisade-operator";

    private const string Message =
        "NetworkPolicy \"palisade-cnp-db\" is made by ClusterNetworkPolicy \"db\"; "
        + "change that instead: kubectl edit clusternetworkpolicy.palisade.dev db [PAL050]";

    [Fact]
    public void Update_StampedPolicyByAnybody_IsForbiddenNamingTheOwner()
    {
        var result = Webhook(ProtectionMode.Deny).Update(Stamped(), Stamped(), By("ada"));

        result.Status.ShouldNotBeNull().Message.ShouldBe(Message);
        result.Status.Reason.ShouldBe("Forbidden");
        result.Status.Code.ShouldBe(403);
    }

    [Fact]
    public void Delete_StampedPolicyByAnybody_IsForbiddenNamingTheOwner() =>
        Webhook(ProtectionMode.Deny).Delete(Stamped(), By("ada")).Status.ShouldNotBeNull().Message.ShouldBe(Message);

    [Theory]
    [InlineData(Operator)]
    [InlineData("system:serviceaccount:kube-system:generic-garbage-collector")]
    [InlineData("system:serviceaccount:kube-system:namespace-controller")]
    [InlineData("system:kube-controller-manager")]
    public void Delete_ByOperatorOrClusterControllers_IsAllowed(string user) =>
        Webhook(ProtectionMode.Deny).Delete(Stamped(), By(user)).Allowed.ShouldBeTrue();

    [Fact]
    public void Update_ModeIsWarn_IsAllowedWithAWarning()
    {
        var result = Webhook(ProtectionMode.Warn).Update(Stamped(), Stamped(), By("ada"));

        result.Allowed.ShouldBeTrue();
        result.Warnings[0].ShouldBe(Message.Replace("\"; change", "\", which will undo this; change", StringComparison.Ordinal));
    }

    [Fact]
    public void Delete_ModeIsOff_IsAllowed() =>
        Webhook(ProtectionMode.Off).Delete(Stamped(), By("ada")).ShouldBeEquivalentTo(ValidationResult.Success());

    [Fact]
    public void Delete_PolicyOfSomebodyElse_IsAllowed() =>
        Webhook(ProtectionMode.Deny).Delete(new V1NetworkPolicy { Metadata = new() { Name = "web" } }, By("ada")).Allowed.ShouldBeTrue();

    [Fact]
    public void Delete_PolicyThatBorrowsAnOwner_IsAllowed()
    {
        var borrowed = Stamped();
        borrowed.Metadata.Name = "open-to-all";

        Webhook(ProtectionMode.Deny).Delete(borrowed, By("ada")).Allowed.ShouldBeTrue();
    }

    [Fact]
    public void UpdateMetadata_OwnerIsRemoved_IsForbidden()
    {
        var orphan = Stamped();
        orphan.Metadata.OwnerReferences = null;

        Webhook(ProtectionMode.Deny).UpdateMetadata(Stamped(), orphan, By("ada")).Allowed.ShouldBeFalse();
    }

    [Fact]
    public void UpdateMetadata_FinalizerIsRemoved_IsAllowed()
    {
        var before = Stamped();
        before.Metadata.Finalizers = ["example.com/hold"];

        Webhook(ProtectionMode.Deny).UpdateMetadata(before, Stamped(), By("ada")).Allowed.ShouldBeTrue();
    }

    [Theory]
    [InlineData("palisade-cnp-db")]
    [InlineData("palisade-ddp-baseline")]
    [InlineData("palisade-ddp-baseline-0123456789abcdef0123")]
    public void Create_ReservedNameByAnybody_IsInvalid(string name)
    {
        var result = Webhook(ProtectionMode.Deny).Create(Named(name), By("ada"));

        var cause = result.Status.ShouldNotBeNull().Details!.Causes!.ShouldHaveSingleItem();
        cause.Field.ShouldBe("metadata.name");
        cause.Message.ShouldNotBeNull().ShouldStartWith($"Invalid value: \"{name}\": names that begin with \"{name[..13]}\" are reserved");
        cause.Message.ShouldEndWith("[PAL051]");
    }

    [Fact]
    public void Create_ReservedGeneratedName_IsInvalid()
    {
        var policy = Named("");
        policy.Metadata.GenerateName = "palisade-ddp-";

        Webhook(ProtectionMode.Deny).Create(policy, By("ada")).Allowed.ShouldBeFalse();
    }

    [Fact]
    public void Create_ReservedNameThatLooksStamped_IsInvalid() =>
        Webhook(ProtectionMode.Deny).Create(Stamped(), By("ada")).Allowed.ShouldBeFalse();

    [Fact]
    public void Create_ReservedNameAndInvalidSpec_TellsOfBoth()
    {
        var policy = Named("palisade-ddp-baseline");
        policy.Spec = new() { PodSelector = new(), Ingress = [new() { FromProperty = [new() { IpBlock = new() { Cidr = "10" } }] }] };

        var causes = Webhook(ProtectionMode.Deny).Create(policy, By("ada")).Status.ShouldNotBeNull().Details!.Causes!;

        causes.Select(cause => cause.Field).ShouldBe(["metadata.name", "spec.ingress[0].from[0].ipBlock.cidr"]);
    }

    [Fact]
    public void Create_ReservedNameByTheOperator_IsAllowed()
    {
        var result = Webhook(ProtectionMode.Deny).Create(Stamped(), By(Operator));

        result.Allowed.ShouldBeTrue();
        result.Warnings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("palisade-cnp")]
    [InlineData("my-palisade-ddp-baseline")]
    [InlineData("web")]
    public void Create_OtherName_IsAllowed(string name) =>
        Webhook(ProtectionMode.Deny).Create(Named(name), By("ada")).Allowed.ShouldBeTrue();

    [Fact]
    public void Create_ReservedNameAndModeIsWarn_IsAllowedWithAWarning()
    {
        var result = Webhook(ProtectionMode.Warn).Create(Named("palisade-ddp-baseline"), By("ada"));

        result.Allowed.ShouldBeTrue();
        result.Warnings.ShouldContain(warning => warning.Contains("[PAL051]", StringComparison.Ordinal));
    }

    [Fact]
    public void Create_ReservedNameAndModeIsOff_IsAllowedWithoutAWord()
    {
        var result = Webhook(ProtectionMode.Off).Create(Named("palisade-ddp-baseline"), By("ada"));

        result.Allowed.ShouldBeTrue();
        result.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public void Update_ForeignPolicyOfAReservedName_IsAllowed() =>
        Webhook(ProtectionMode.Deny)
            .Update(Named("palisade-ddp-baseline"), Named("palisade-ddp-baseline"), By("ada"))
            .Allowed.ShouldBeTrue();

    private static V1NetworkPolicy Named(string name) =>
        new()
        {
            Metadata = new() { Name = name },
            Spec = new() { PodSelector = new(), PolicyTypes = ["Ingress"] },
        };

    private static NetworkPolicyWebhook Webhook(ProtectionMode mode) =>
        new(new GeneratedPolicyGuard(mode, [Operator]), new(), new UnknownCluster(), () => null, TimeProvider.System);

    private static AdmissionContext By(string user) => new() { Name = "palisade-cnp-db", User = user };

    private static V1NetworkPolicy Stamped() =>
        new()
        {
            Metadata = new()
            {
                Name = "palisade-cnp-db",
                Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["app.kubernetes.io/managed-by"] = "palisade" },
                OwnerReferences =
                [
                    new()
                    {
                        ApiVersion = "palisade.dev/v1alpha1",
                        Kind = "ClusterNetworkPolicy",
                        Name = "db",
                        Uid = "1",
                        Controller = true,
                    },
                ],
            },
            Spec = new() { PodSelector = new() },
        };
}
