using System.Text.Json.Nodes;
using Palisade.Operator.Writing;

namespace Palisade.Operator.Tests.Writing;

public sealed class ApplyBodyTests
{
    private readonly V1NetworkPolicy _desired = Make.Stamped(Make.Source(Make.ClusterPolicy("x")), "shop");

    [Fact]
    public void ToCreate_Always_CarriesAVersionThatNoObjectHas()
    {
        var body = ApplyBody.ToCreate(_desired);

        body.Metadata.ResourceVersion.ShouldBe("1");
        body.Metadata.Uid.ShouldBeNull();
    }

    [Fact]
    public void ToChange_Always_NamesTheObjectByItsUid()
    {
        var body = ApplyBody.ToChange(
            _desired,
            new V1NetworkPolicy
            {
                Metadata = new() { Uid = "seen", ResourceVersion = "9" },
            }
        );

        body.Metadata.Uid.ShouldBe("seen");
        body.Metadata.ResourceVersion.ShouldBeNull();
    }

    [Theory]
    [InlineData(false, "Ingress")]
    [InlineData(true, "Ingress Egress")]
    public void ToCreate_PolicyTypesLeftToDefault_SpellsThemOut(bool hasEgress, string expected)
    {
        _desired.Spec!.PolicyTypes = null;
        _desired.Spec.Egress = hasEgress ? [new()] : [];

        string.Join(' ', ApplyBody.ToCreate(_desired).Spec!.PolicyTypes!).ShouldBe(expected);
    }

    [Fact]
    public void Clearing_RulesOfOthersToRemove_MentionsTheEmptyList()
    {
        _desired.Spec!.Egress = null;

        ApplyBody.Clearing(_desired.Spec, new() { Egress = [new()] }).Egress.ShouldBe([]);
        ApplyBody.Clearing(_desired.Spec, new()).ShouldBeSameAs(_desired.Spec);
    }

    [Fact]
    public void ToReplace_Always_TouchesTheSpecAloneOfExactlyThisVersion()
    {
        var patch = ApplyBody.ToReplace(
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
