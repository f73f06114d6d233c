using System.Text.Json;
using Palisade.Webhook.Decoding;

namespace Palisade.Webhook.Tests.Decoding;

public sealed class ObjectDecoderTests
{
    [Fact]
    public void Decode_SoundObject_HasNoFaults()
    {
        var decoded = Decode(
            """{"metadata":{"name":"a"},"spec":{"namespaceSelector":{"matchLabels":{"a":"b"}},"policyTypes":["Ingress"]}}"""
        );

        decoded.Faults.ShouldBeEmpty();
        decoded.Value.Spec.NamespaceSelector!.MatchLabels!["a"].ShouldBe("b");
    }

    [Fact]
    public void Decode_SeveralFaults_AreAllReportedInOrder()
    {
        var decoded = Decode(
            """
            {"spec":{"namespaceSelector":"all","excludedNamespaces":{"a":1},"allowOptOut":"yes",
            "ingress":[{"from":[{"podSelector":[]}],"ports":[{"port":1.5,"endPort":"90"}]}, 7]}}
            """
        );

        decoded
            .Faults.Select(fault => $"{fault.Field}: {fault.Message}")
            .ShouldBe([
                "spec.namespaceSelector: must be an object, not a text",
                "spec.excludedNamespaces: must be a list of texts, not an object",
                "spec.allowOptOut: must be true or false, not a text",
                "spec.ingress[0].from[0].podSelector: must be an object, not a list",
                "spec.ingress[0].ports[0].port: must be a whole number or a port's name, not a number with decimals or out of range",
                "spec.ingress[0].ports[0].endPort: must be a whole number, not a text",
                "spec.ingress[1]: must be an object, not a number",
            ]);
    }

    [Fact]
    public void Decode_ItemOfWrongType_KeepsTheIndexOfThoseAfterIt()
    {
        var decoded = Decode("""{"spec":{"ingress":[7,{"from":[{"ipBlock":{"cidr":"10.0.0.0/8"}}]}]}}""");

        decoded.Value.Spec.Ingress![1].FromProperty![0].IpBlock!.Cidr.ShouldBe("10.0.0.0/8");
    }

    [Fact]
    public void Decode_LabelOfWrongType_NamesTheKey()
    {
        var fault = Decode("""{"spec":{"namespaceSelector":{"matchLabels":{"app.kubernetes.io/name":true}}}}""")
            .Faults.ShouldHaveSingleItem();

        fault.Field.ShouldBe("spec.namespaceSelector.matchLabels[app.kubernetes.io/name]");
        fault.Message.ShouldBe("must be a text, not a boolean");
    }

    [Fact]
    public void Decode_Nulls_AreAsIfAbsent()
    {
        var decoded = Decode(
            """{"kind":null,"metadata":null,"spec":{"namespaceSelector":null,"ingress":[{"from":[{"ipBlock":{"cidr":null,"except":null}}]}]}}"""
        );

        decoded.Faults.ShouldBeEmpty();
        decoded.Value.Metadata.ShouldNotBeNull();
        decoded.Value.Spec.NamespaceSelector.ShouldBeNull();
        decoded.Value.Spec.Ingress![0].FromProperty![0].IpBlock!.Cidr.ShouldBe("");
    }

    [Fact]
    public void Decode_SpecIsNull_IsAsIfAbsent() => Decode("""{"spec":null}""").Value.Spec.ShouldNotBeNull();

    [Fact]
    public void Decode_LongValue_IsCut() =>
        Decode($$"""{"spec":"{{new string('x', 500)}}"}""").Faults[0].Value.ShouldBe(new string('x', 80) + "...");

    [Fact]
    public void Decode_ManyFaults_ReportsAHundred() =>
        Decode("{\"spec\":{\"ingress\":[" + string.Join(',', Enumerable.Repeat("1", 5000)) + "]}}").Faults.Count.ShouldBe(100);

    [Fact]
    public void Decode_NotAnObject_IsOneFaultAtTheRoot() => Decode("[]").Faults.ShouldHaveSingleItem().Field.ShouldBe("");

    private static DecodedObject<ClusterNetworkPolicy> Decode(string json)
    {
        using var document = JsonDocument.Parse(json);
        return ObjectDecoder.Decode(document.RootElement, ModelsJson.Contract<ClusterNetworkPolicy>());
    }
}
