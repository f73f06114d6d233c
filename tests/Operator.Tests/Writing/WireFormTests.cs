using Palisade.Operator.Writing;

namespace Palisade.Operator.Tests.Writing;

public sealed class WireFormTests
{
    private readonly V1NetworkPolicy _desired = Make.Stamped(Make.Source(Make.ClusterPolicy("x")), "shop");

    [Fact]
    public void ToCreate_Always_CarriesAVersionThatNoObjectHas()
    {
        var wire = WireForm.ToCreate(_desired);

        wire.Metadata.ResourceVersion.ShouldBe("1");
        wire.Metadata.Uid.ShouldBeNull();
    }

    [Fact]
    public void ToChange_Always_NamesTheObjectByItsUid()
    {
        var wire = WireForm.ToChange(_desired, new V1NetworkPolicy { Metadata = { Uid = "seen", ResourceVersion = "9" } });

        wire.Metadata.Uid.ShouldBe("seen");
        wire.Metadata.ResourceVersion.ShouldBeNull();
    }

    [Theory]
    [InlineData(false, "Ingress")]
    [InlineData(true, "Ingress Egress")]
    public void ToCreate_PolicyTypesLeftToDefault_SpellsThemOut(bool hasEgress, string expected)
    {
        _desired.Spec!.PolicyTypes = null;
        _desired.Spec.Egress = hasEgress ? [new()] : [];

        string.Join(' ', WireForm.ToCreate(_desired).Spec!.PolicyTypes!).ShouldBe(expected);
    }

    [Fact]
    public void ToChange_RulesOfOthersToRemove_MentionsTheEmptyList()
    {
        _desired.Spec!.Egress = null;
        var current = new V1NetworkPolicy { Spec = new() { Egress = [new()] } };

        WireForm.ToChange(_desired, current).Spec!.Egress.ShouldBe([]);
        WireForm.ToChange(_desired, new V1NetworkPolicy()).Spec!.Egress.ShouldBeNull();
    }

    [Fact]
    public void ToReplace_MetadataOfOthers_Stays()
    {
        var current = new V1NetworkPolicy
        {
            Metadata =
            {
                Uid = "u",
                ResourceVersion = "9",
                Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["team"] = "a" },
                OwnerReferences = [new() { Kind = "Other", Name = "o" }],
            },
        };

        var wire = WireForm.ToReplace(_desired, current);

        wire.Metadata.ResourceVersion.ShouldBe("9");
        wire.Metadata.Labels!["team"].ShouldBe("a");
        wire.Metadata.Labels["app.kubernetes.io/managed-by"].ShouldBe("palisade");
        wire.Metadata.OwnerReferences!.Select(owner => owner.Kind).ShouldBe(["Other", "ClusterNetworkPolicy"]);
    }
}
