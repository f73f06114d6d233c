using System.Text.Json.Nodes;
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
        var wire = WireForm.ToChange(
            _desired,
            new V1NetworkPolicy
            {
                Metadata = new() { Uid = "seen", ResourceVersion = "9" },
            }
        );

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
    public void ToReplace_Always_TouchesTheSpecAloneOfExactlyThisVersion()
    {
        var patch = WireForm.ToReplace(
            _desired,
            new V1NetworkPolicy
            {
                Metadata = new() { Uid = "u", ResourceVersion = "9" },
            }
        );

        patch.MediaType.ShouldBe("application/json-patch+json");
        var operations = JsonNode.Parse(patch.Content.Span)!.AsArray();
        operations.Select(one => $"{one!["op"]} {one["path"]}").ShouldBe(["replace /metadata/resourceVersion", "replace /spec"]);
        operations[0]!["value"]!.GetValue<string>().ShouldBe("9");
        operations[1]!["value"]!["policyTypes"]!.AsArray().ShouldHaveSingleItem()!.GetValue<string>().ShouldBe("Ingress");
    }
}
