using System.Text.Json;

namespace Palisade.Models.Tests;

public sealed class JsonTests
{
    [Theory]
    [InlineData("80", false)]
    [InlineData("\"80\"", true)]
    [InlineData("\"http\"", true)]
    public void IntOrString_KeepsNumberAndTextApart(string json, bool text)
    {
        var port = JsonSerializer
            .Deserialize<V1NetworkPolicy>(
                $$$"""{"metadata":{"name":"a"},"spec":{"ingress":[{"ports":[{"port":{{{json}}}}]}]}}""",
                ModelsJsonContext.Default.V1NetworkPolicy
            )!
            .Spec!.Ingress![0]
            .Ports![0]
            .Port!.Value;

        port.IsText.ShouldBe(text);
        JsonSerializer
            .Serialize(new V1NetworkPolicyPort { Port = port }, ModelsJsonContext.Default.V1NetworkPolicyPort)
            .ShouldBe($$"""{"port":{{json}}}""");
    }

    [Theory]
    [InlineData("80.5")]
    [InlineData("5000000000")]
    [InlineData("true")]
    public void IntOrString_NeitherWholeNumberNorText_IsRefused(string json) =>
        Should.Throw<JsonException>(() =>
            JsonSerializer.Deserialize($$"""{"port":{{json}}}""", ModelsJsonContext.Default.V1NetworkPolicyPort)
        );

    [Theory]
    [InlineData("""{"podSelector":{}}""")]
    [InlineData("""{"namespaceSelector":{}}""")]
    [InlineData("""{"podSelector":{"matchLabels":{}},"namespaceSelector":{"matchExpressions":[]}}""")]
    [InlineData("""{"ipBlock":{"cidr":"10.0.0.0/8","except":[]}}""")]
    [InlineData("{}")]
    public void Peer_AbsentAndEmpty_StayApart(string json) =>
        JsonSerializer
            .Serialize(
                JsonSerializer.Deserialize(json, ModelsJsonContext.Default.V1NetworkPolicyPeer),
                ModelsJsonContext.Default.V1NetworkPolicyPeer
            )
            .ShouldBe(json);

    [Fact]
    public void Lease_Times_AreWrittenWithSixDecimals()
    {
        var lease = new V1Lease { Spec = new() { RenewTime = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1)) } };

        JsonSerializer.Serialize(lease, ModelsJsonContext.Default.V1Lease).ShouldContain("\"renewTime\":\"2026-01-02T02:04:05.000000Z\"");
    }

    [Fact]
    public void ClusterNetworkPolicy_AllKindsOfPeers_SurviveARoundTrip()
    {
        const string Json = """
            {"apiVersion":"palisade.dev/v1alpha1","kind":"ClusterNetworkPolicy","metadata":{"name":"a"},"spec":{"namespaceSelector":{},"policyTypes":["Ingress"],"ingress":[{"from":[{"tenant":{"labels":["team"]}},{"nodes":{"matchLabels":{"role":"edge"}}},{"entity":"KubeAPIServer"}],"ports":[{"protocol":"TCP","port":9090}]}],"egress":[]}}
            """;

        var policy = JsonSerializer.Deserialize(Json, ModelsJsonContext.Default.ClusterNetworkPolicy)!;

        JsonSerializer.Serialize(policy, ModelsJsonContext.Default.ClusterNetworkPolicy).ShouldBe(Json.Trim());
    }
}
