using Palisade.Policy.Net;

namespace Palisade.Policy.Tests.Facts;

public sealed class NodeFactsTests
{
    private const string Node = """
        metadata: {name: n1, resourceVersion: '7', labels: {role: edge}, annotations: {a: b}}
        spec: {podCIDR: 10.244.1.0/24, podCIDRs: [10.244.1.0/24, 'fd00:1::/64']}
        status: {addresses: [{type: Hostname, address: n1}, {type: InternalIP, address: 192.0.2.1}, {type: ExternalIP, address: 198.51.100.1}]}
        """;

    [Fact]
    public void From_Node_HasAllThatIsReadOfIt()
    {
        var node = Read();

        node.Name.ShouldBe("n1");
        node.Labels.ToString().ShouldBe("role=edge");
        node.PodRanges.ToString().ShouldBe("10.244.1.0/24, fd00:1::/64");
        node.Addresses.ToString().ShouldBe("192.0.2.1, 198.51.100.1");
        node.InternalAddresses.ShouldBe([IpAddress.Parse("192.0.2.1")]);
        node.OwnAddresses.Select(address => address.ToString())
            .ShouldBe(["192.0.2.1", "198.51.100.1", "10.244.1.0", "10.244.1.1", "fd00:1::", "fd00:1::1"]);
    }

    [Fact]
    public void From_Heartbeat_MakesNoDifference() =>
        After(node => (node.Metadata.ResourceVersion, node.Metadata.Annotations) = ("8", null)).ShouldBe(Read());

    [Fact]
    public void From_LabelsRangesAndAddresses_MakeADifference()
    {
        After(node => node.Metadata.Labels["role"] = "core").ShouldNotBe(Read());
        After(node => node.Spec.PodCIDRs.RemoveAt(1)).ShouldNotBe(Read());
        After(node => node.Status.Addresses.RemoveAt(2)).ShouldNotBe(Read());
    }

    [Fact]
    public void From_OneRangeOnly_IsTaken() => After(node => node.Spec.PodCIDRs = null).PodRanges.ToString().ShouldBe("10.244.1.0/24");

    [Fact]
    public void From_Namespace_OnlyLabelsAndItsEndMakeADifference()
    {
        var before = NamespaceFacts.From(Namespace());
        var (annotated, labelled, ending) = (Namespace(), Namespace(), Namespace());
        (annotated.Metadata.ResourceVersion, annotated.Metadata.Annotations) = ("2", new Dictionary<string, string> { ["a"] = "b" });
        labelled.Metadata.Labels["team"] = "b";
        ending.Status = new() { Phase = "Terminating" };

        NamespaceFacts.From(annotated).ShouldBe(before);
        NamespaceFacts.From(labelled).ShouldNotBe(before);
        NamespaceFacts.From(ending).ShouldNotBe(before);
    }

    private static V1Namespace Namespace() => Yaml.Read<V1Namespace>("{metadata: {name: shop, resourceVersion: '1', labels: {team: a}}}");

    private static NodeFacts Read() => NodeFacts.From(Yaml.Read<V1Node>(Node));

    private static NodeFacts After(Action<V1Node> change)
    {
        var node = Yaml.Read<V1Node>(Node);
        change(node);
        return NodeFacts.From(node);
    }
}
