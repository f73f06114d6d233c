using System.Reflection;
using Palisade.Webhook.Admission;
using Palisade.Webhook.Impact;

namespace Palisade.Webhook.Tests.Admission;

public sealed class GeneratedPolicyGuardTests
{
    private const string Operator = "system:serviceaccount:palisade-system:palisade-operator";

    private const string Message =
        "NetworkPolicy \"palisade-cnp-db\" is made by ClusterNetworkPolicy \"db\"; "
        + "change that instead: kubectl edit clusternetworkpolicy.palisade.dev db [PAL050]";

    [Fact]
    public void Update_StampedPolicyByAnybody_IsForbiddenNamingTheOwner()
    {
        var result = Judge(ProtectionMode.Deny, Stamped(), Stamped(), By("ada"));

        result.Status.ShouldNotBeNull().Message.ShouldBe(Message);
        result.Status.Reason.ShouldBe("Forbidden");
        result.Status.Code.ShouldBe(403);
    }

    [Fact]
    public void Delete_StampedPolicyByAnybody_IsForbiddenNamingTheOwner() =>
        Judge(ProtectionMode.Deny, Stamped(), null, By("ada")).Status.ShouldNotBeNull().Message.ShouldBe(Message);

    [Theory]
    [InlineData(Operator)]
    [InlineData("system:serviceaccount:kube-system:generic-garbage-collector")]
    [InlineData("system:serviceaccount:kube-system:namespace-controller")]
    [InlineData("system:kube-controller-manager")]
    public void Delete_ByOperatorOrClusterControllers_IsAllowed(string user) =>
        Judge(ProtectionMode.Deny, Stamped(), null, By(user)).Allowed.ShouldBeTrue();

    [Fact]
    public void Update_ModeIsWarn_IsAllowedWithAWarning()
    {
        var result = Judge(ProtectionMode.Warn, Stamped(), Stamped(), By("ada"));

        result.Allowed.ShouldBeTrue();
        result.Warnings[0].ShouldBe(Message.Replace("\"; change", "\", which will undo this; change", StringComparison.Ordinal));
    }

    [Fact]
    public void Delete_ModeIsOff_IsAllowed() =>
        Judge(ProtectionMode.Off, Stamped(), null, By("ada"))
            .ShouldSatisfyAllConditions(verdict => verdict.Allowed.ShouldBeTrue(), verdict => verdict.Warnings.ShouldBeEmpty());

    [Fact]
    public void Delete_PolicyOfSomebodyElse_IsAllowed() =>
        Judge(ProtectionMode.Deny, new V1NetworkPolicy { Metadata = new() { Name = "web" } }, null, By("ada")).Allowed.ShouldBeTrue();

    [Fact]
    public void Delete_PolicyThatBorrowsAnOwner_IsAllowed()
    {
        var borrowed = Stamped();
        borrowed.Metadata.Name = "open-to-all";

        Judge(ProtectionMode.Deny, borrowed, null, By("ada")).Allowed.ShouldBeTrue();
    }

    [Fact]
    public void UpdateMetadata_OwnerIsRemoved_IsForbidden()
    {
        var orphan = Stamped();
        orphan.Metadata.OwnerReferences = null;

        Judge(ProtectionMode.Deny, Stamped(), orphan, By("ada") with { SpecChanged = false }).Allowed.ShouldBeFalse();
    }

    [Fact]
    public void UpdateMetadata_FinalizerIsRemoved_IsAllowed()
    {
        var before = Stamped();
        before.Metadata.Finalizers = ["example.com/hold"];

        Judge(ProtectionMode.Deny, before, Stamped(), By("ada") with { SpecChanged = false }).Allowed.ShouldBeTrue();
    }

    [Theory]
    [InlineData("palisade-cnp-db")]
    [InlineData("palisade-ddp-baseline")]
    [InlineData("palisade-ddp-baseline-0123456789abcdef0123")]
    public void Create_ReservedNameByAnybody_IsInvalid(string name)
    {
        var result = Judge(ProtectionMode.Deny, null, Named(name), By("ada"));

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

        Judge(ProtectionMode.Deny, null, policy, By("ada")).Allowed.ShouldBeFalse();
    }

    [Fact]
    public void Create_ReservedNameThatLooksStamped_IsInvalid() =>
        Judge(ProtectionMode.Deny, null, Stamped(), By("ada")).Allowed.ShouldBeFalse();

    [Fact]
    public void Create_ReservedNameAndInvalidSpec_TellsOfBoth()
    {
        var policy = Named("palisade-ddp-baseline");
        policy.Spec = new() { PodSelector = new(), Ingress = [new() { FromProperty = [new() { IpBlock = new() { Cidr = "10" } }] }] };

        var causes = Judge(ProtectionMode.Deny, null, policy, By("ada")).Status.ShouldNotBeNull().Details!.Causes!;

        causes.Select(cause => cause.Field).ShouldBe(["metadata.name", "spec.ingress[0].from[0].ipBlock.cidr"]);
    }

    [Fact]
    public void Create_ReservedNameByTheOperator_IsAllowed()
    {
        var result = Judge(ProtectionMode.Deny, null, Stamped(), By(Operator));

        result.Allowed.ShouldBeTrue();
        result.Warnings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("palisade-cnp")]
    [InlineData("my-palisade-ddp-baseline")]
    [InlineData("web")]
    public void Create_OtherName_IsAllowed(string name) => Judge(ProtectionMode.Deny, null, Named(name), By("ada")).Allowed.ShouldBeTrue();

    [Fact]
    public void Create_ReservedNameAndModeIsWarn_IsAllowedWithAWarning()
    {
        var result = Judge(ProtectionMode.Warn, null, Named("palisade-ddp-baseline"), By("ada"));

        result.Allowed.ShouldBeTrue();
        result.Warnings.ShouldContain(warning => warning.Contains("[PAL051]", StringComparison.Ordinal));
    }

    [Fact]
    public void Create_ReservedNameAndModeIsOff_IsAllowedWithoutAWord()
    {
        var result = Judge(ProtectionMode.Off, null, Named("palisade-ddp-baseline"), By("ada"));

        result.Allowed.ShouldBeTrue();
        result.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public void Update_ForeignPolicyOfAReservedName_IsAllowed() =>
        Judge(ProtectionMode.Deny, Named("palisade-ddp-baseline"), Named("palisade-ddp-baseline"), By("ada")).Allowed.ShouldBeTrue();

    private static V1NetworkPolicy Named(string name) =>
        new()
        {
            Metadata = new() { Name = name },
            Spec = new() { PodSelector = new(), PolicyTypes = ["Ingress"] },
        };

    private static AdmissionVerdict Judge(ProtectionMode mode, V1NetworkPolicy? old, V1NetworkPolicy? now, AdmissionContext context) =>
        AdmissionVerdict.From(
            new PolicyHandlers(new(mode, [Operator]), new(), new UnknownCluster(), () => null, TimeProvider.System).NetworkPolicy(
                old,
                now,
                context
            ),
            typeof(V1NetworkPolicy).GetCustomAttribute<KubernetesEntityAttribute>()!,
            context.Name
        );

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
