using Palisade.Policy.Expansion;

namespace Palisade.Policy.Tests.Expansion;

public sealed class PolicyFieldsTests
{
    private const string Full = """
        podSelector: {matchLabels: {a.b/c: x}}
        ingress:
        - from: [{podSelector: {}}, {ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]
          ports: [{port: 80, endPort: 90}, {protocol: UDP, port: 53}]
        - {}
        egress: [{to: [{namespaceSelector: {}}]}]
        """;

    [Fact]
    public void Of_Spec_IsEveryPlaceOnce()
    {
        var paths = PolicyFields.UsedBy(Yaml.Read<V1NetworkPolicySpec>(Full));

        paths.ShouldContain("spec.podSelector.matchLabels");
        paths.ShouldContain("spec.ingress[0].ports[0].endPort");
        paths.ShouldContain("spec.ingress[0].from[1].ipBlock.except");
        paths.ShouldNotContain(path => path.Contains("a.b/c", StringComparison.Ordinal), "a label's key is no field");
        paths.ShouldBeUnique();
    }

    [Fact]
    public void FieldOf_Path_HasNoIndexes() =>
        PolicyFields.FieldOf("spec.ingress[0].ports[12].endPort").ShouldBe("spec.ingress[].ports[].endPort");

    [Theory]
    [InlineData(
        "spec.ingress[0].ports[0].endPort",
        "{from: [{podSelector: {}}, BLOCK], ports: [{port: 80}, {protocol: UDP, port: 53}]}, {}"
    )]
    [InlineData("spec.ingress[0].ports[0].port", "{from: [{podSelector: {}}, BLOCK], ports: [{protocol: UDP, port: 53}]}, {}")]
    [InlineData("spec.ingress[0].ports", "{}")]
    [InlineData("spec.ingress[0].from", "{}")]
    [InlineData(
        "spec.ingress[0].from[1].ipBlock.except",
        "{from: [{podSelector: {}}], ports: [{port: 80, endPort: 90}, {protocol: UDP, port: 53}]}, {}"
    )]
    [InlineData("spec.ingress[0].from[0].podSelector spec.ingress[0].from[1]", "{}")]
    [InlineData("spec.ingress[0].ports[0].port spec.ingress[0].ports[1].protocol", "{}")]
    [InlineData("spec.ingress[1]", "{from: [{podSelector: {}}, BLOCK], ports: [{port: 80, endPort: 90}, {protocol: UDP, port: 53}]}")]
    [InlineData("spec.ingress[0] spec.ingress[1]", null)]
    [InlineData("spec.ingress", null)]
    public void Without_LostPlaces_LeavesOutWhatWouldMeanMore(string lost, string? ingress)
    {
        var full = Yaml.Read<V1NetworkPolicySpec>(Full);
        var block = "{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}";

        var left = PolicyFields.Without(full, lost.Split(' '));

        var expected = Yaml.Read<V1NetworkPolicySpec>(
            $"{{podSelector: {{matchLabels: {{a.b/c: x}}}}, policyTypes: [Ingress, Egress], egress: [{{to: [{{namespaceSelector: {{}}}}]}}]"
                + (ingress is null ? "}" : $", ingress: [{ingress.Replace("BLOCK", block, StringComparison.Ordinal)}]}}")
        );
        Yaml.ToText(left!).ShouldBe(Yaml.ToText(expected));
    }

    [Theory]
    [InlineData("spec.podSelector.matchLabels")]
    [InlineData("spec.policyTypes")]
    [InlineData("spec.ingress[0].ports spec.podSelector")]
    [InlineData("spec.somethingNew")]
    public void Without_WhatDecidesWhoIsIsolated_IsNothing(string lost) =>
        PolicyFields.Without(Yaml.Read<V1NetworkPolicySpec>(Full), lost.Split(' ')).ShouldBeNull();
}
