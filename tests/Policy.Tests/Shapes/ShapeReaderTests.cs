using System.Text.Json;
using Palisade.Policy.Shapes;

namespace Palisade.Policy.Tests.Shapes;

public sealed class ShapeReaderTests
{
    [Fact]
    public void Read_SoundObject_HasNoFaults()
    {
        var decoded = Read(
            """{"metadata":{"name":"a"},"spec":{"namespaceSelector":{"matchLabels":{"a":"b"}},"policyTypes":["Ingress"]}}"""
        );

        decoded.Faults.ShouldBeEmpty();
        decoded.Value.Spec.NamespaceSelector!.MatchLabels!["a"].ShouldBe("b");
    }

    [Fact]
    public void Read_SeveralFaults_AreAllReportedInOrder()
    {
        var decoded = Read(
            """
            {"spec":{"namespaceSelector":"all","excludedNamespaces":{"a":1},"allowOptOut":"yes",
            "ingress":[{"from":[{"podSelector":[]}],"ports":[{"port":1.5,"endPort":"90"},{"endPort":99999999999}]}, 7, null]}}
            """
        );

        decoded
            .Faults.Select(fault => $"{fault.Field}: {fault.Sentence}")
            .ShouldBe([
                "spec.namespaceSelector: \"all\": must be a map of fields",
                "spec.excludedNamespaces: must be a list",
                "spec.allowOptOut: \"yes\": must be true or false, without quotes",
                "spec.ingress[0].from[0].podSelector: must be a map of fields",
                "spec.ingress[0].ports[0].port: 1.5: must be a whole number or a name",
                "spec.ingress[0].ports[0].endPort: \"90\": must be a whole number, without quotes",
                "spec.ingress[0].ports[1].endPort: 99999999999: is out of range: must be from 1 to 65535",
                "spec.ingress[1]: 7: must be a map of fields",
                "spec.ingress[2]: must be a map of fields, not null: remove it or fill it in",
            ]);
    }

    [Fact]
    public void Read_ItemOfWrongType_KeepsTheIndexOfThoseAfterIt()
    {
        var decoded = Read("""{"spec":{"ingress":[7,{"from":[{"ipBlock":{"cidr":"10.0.0.0/8"}}]}]}}""");

        decoded.Value.Spec.Ingress![1].FromProperty![0].IpBlock!.Cidr.ShouldBe("10.0.0.0/8");
    }

    [Fact]
    public void Read_LabelOfWrongType_NamesTheKey()
    {
        var fault = Read("""{"spec":{"namespaceSelector":{"matchLabels":{"app.kubernetes.io/name":true}}}}""")
            .Faults.ShouldHaveSingleItem();

        fault.Field.ShouldBe("spec.namespaceSelector.matchLabels[app.kubernetes.io/name]");
        fault.Message.ShouldBe("must be a string: write \"true\"");
    }

    [Fact]
    public void Read_Nulls_AreAsIfAbsent()
    {
        var decoded = Read(
            """{"kind":null,"metadata":null,"spec":{"namespaceSelector":null,"ingress":[{"from":[{"ipBlock":{"cidr":null,"except":null}}]}]}}"""
        );

        decoded.Faults.ShouldBeEmpty();
        decoded.Value.Metadata.ShouldNotBeNull();
        decoded.Value.Spec.NamespaceSelector.ShouldBeNull();
        decoded.Value.Spec.Ingress![0].FromProperty![0].IpBlock!.Cidr.ShouldBe("");
    }

    [Fact]
    public void Read_SpecIsNull_IsAsIfAbsent() => Read("""{"spec":null}""").Value.Spec.ShouldNotBeNull();

    [Fact]
    public void Read_LongValue_IsCut() =>
        Read($$"""{"spec":"{{new string('x', 500)}}"}""").Faults[0].Value.ShouldBe(new string('x', 80) + "...");

    [Fact]
    public void Read_ManyFaults_ReportsAHundred() =>
        Read("{\"spec\":{\"ingress\":[" + string.Join(',', Enumerable.Repeat("1", 5000)) + "]}}").Faults.Count.ShouldBe(100);

    [Fact]
    public void Read_NotAnObject_IsOneFaultAtTheRoot() => Read("[]").Faults.ShouldHaveSingleItem().Field.ShouldBe("");

    [Fact]
    public void Read_TimeThatTheModelCannotHold_IsAsIfAbsent()
    {
        var reading = Read("""{"metadata":{"name":"a","creationTimestamp":"0000-02-29T00:00:00Z"}}""");

        reading.Faults.ShouldBeEmpty();
        reading.Value.Metadata.CreationTimestamp.ShouldBeNull();
        reading.Value.Metadata.Name.ShouldBe("a");
    }

    [Fact]
    public void Read_UnknownFieldsWhereTheyAreAskedFor_AreReportedWithWhatIsBelowThem()
    {
        using var document = JsonDocument.Parse("""{"metadata":{"x":1},"spec":{"ingres":[7],"cidr":"10.0.0.0/8"},"spek":{}}""");

        ShapeReader
            .Read(document.RootElement, ModelsJson.Contract<ClusterNetworkPolicy>(), ShapeOptions.Strict)
            .Faults.Select(fault => $"{fault.Field}: {fault.Sentence}")
            .ShouldBe([
                "spec.ingres: is not a field here: did you mean \"ingress\"?",
                "spec.ingres[0]: 7: must be a map of fields",
                "spec.cidr: is not a field here: it belongs in spec.ingress[].from[].ipBlock or spec.egress[].to[].ipBlock; check the indentation",
                "spek: is not a field here: did you mean \"spec\"?",
            ]);
    }

    [Fact]
    public void Read_ValueWrittenOtherwiseInItsSource_IsShownAsItStandsThere()
    {
        using var document = JsonDocument.Parse("""{"metadata":{"name":true}}""");

        ShapeReader
            .Check(document.RootElement, ModelsJson.Contract<ClusterNetworkPolicy>(), new() { Written = _ => "yes" })
            .ShouldHaveSingleItem()
            .Sentence.ShouldBe("yes: must be a string: write \"yes\"");
    }

    private static ShapeReading<ClusterNetworkPolicy> Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return ShapeReader.Read(document.RootElement, ModelsJson.Contract<ClusterNetworkPolicy>());
    }
}
