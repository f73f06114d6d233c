using System.Text.Json;

namespace Palisade.Models.Tests;

public sealed class EndpointSlicesTests
{
    [Fact]
    public void ToEndpoints_SeveralSlicesOfAService_AreOneOfTheServicesName()
    {
        var endpoints = EndpointSlices
            .ToEndpoints([
                Slice("kubernetes-b", "kubernetes", "10.0.0.2"),
                Slice("other", "other", "10.0.0.9"),
                Slice("kubernetes-a", "kubernetes", "2001:db8::1", "IPv6"),
            ])
            .ToArray();

        endpoints
            .Select(item => $"{item.Metadata.NamespaceProperty}/{item.Metadata.Name}")
            .ShouldBe(["default/kubernetes", "default/other"]);
        endpoints[0].Subsets!.SelectMany(subset => subset.Addresses!).Select(address => address.Ip).ShouldBe(["2001:db8::1", "10.0.0.2"]);
    }

    [Fact]
    public void ToEndpoints_Conditions_DecideWhatIsReady()
    {
        var slice = Read(
            """
            {"metadata":{"name":"a","namespace":"default","labels":{"kubernetes.io/service-name":"a"}},"addressType":"IPv4",
             "endpoints":[{"addresses":["10.0.0.1"]},{"addresses":["10.0.0.2"],"conditions":{}},
                          {"addresses":["10.0.0.3"],"conditions":{"ready":true}},{"addresses":["10.0.0.4"],"conditions":{"ready":false}}],
             "ports":[{"name":"https","port":6443,"protocol":"TCP"},{"name":"any"}]}
            """
        );

        var subset = EndpointSlices.ToEndpoints([slice]).ShouldHaveSingleItem().Subsets!.ShouldHaveSingleItem();

        subset.Addresses!.Select(address => address.Ip).ShouldBe(["10.0.0.1", "10.0.0.2", "10.0.0.3"]);
        subset.NotReadyAddresses!.Select(address => address.Ip).ShouldBe(["10.0.0.4"]);
        var port = subset.Ports!.ShouldHaveSingleItem();
        (port.Name, port.Port, port.Protocol).ShouldBe(("https", 6443, "TCP"));
    }

    [Theory]
    [InlineData("""{"metadata":{"name":"a","namespace":"default"},"addressType":"IPv4","endpoints":[{"addresses":["10.0.0.1"]}]}""")]
    [InlineData(
        """{"metadata":{"name":"a","labels":{"kubernetes.io/service-name":"a"}},"addressType":"FQDN","endpoints":[{"addresses":["a.example"]}]}"""
    )]
    public void ToEndpoints_OfNoServiceOrOfNames_AreLeftOut(string json) => EndpointSlices.ToEndpoints([Read(json)]).ShouldBeEmpty();

    [Theory]
    [InlineData("""{"metadata":{"name":"a","labels":{"kubernetes.io/service-name":"a"}},"addressType":"IPv4"}""")]
    [InlineData(
        """{"metadata":{"name":"a","labels":{"kubernetes.io/service-name":"a"}},"addressType":"IPv4","endpoints":[{}],"ports":[]}"""
    )]
    public void ToEndpoints_EmptySlice_HasNoAddresses(string json)
    {
        var subset = EndpointSlices.ToEndpoints([Read(json)]).ShouldHaveSingleItem().Subsets!.ShouldHaveSingleItem();

        (subset.Addresses!.Count, subset.NotReadyAddresses!.Count, subset.Ports!.Count).ShouldBe((0, 0, 0));
    }

    [Fact]
    public void ToEndpoints_WithEndpoints_SlicesTakeTheirPlace()
    {
        V1Endpoints[] endpoints =
        [
            new()
            {
                Metadata = new() { Name = "a", NamespaceProperty = "default" },
            },
            new()
            {
                Metadata = new() { Name = "b", NamespaceProperty = "default" },
            },
        ];

        var all = EndpointSlices.ToEndpoints([Slice("a-1", "a", "10.0.0.1")], endpoints);

        all.Select(item => (item.Metadata.Name, item.Subsets?.Count)).ShouldBe([("a", 1), ("b", null)]);
    }

    private static V1EndpointSlice Slice(string name, string service, string address, string type = "IPv4") =>
        new()
        {
            Metadata = new()
            {
                Name = name,
                NamespaceProperty = "default",
                Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [EndpointSlices.ServiceLabel] = service },
            },
            AddressType = type,
            Endpoints = [new() { Addresses = [address] }],
        };

    private static V1EndpointSlice Read(string json) => JsonSerializer.Deserialize(json, ModelsJson.Contract<V1EndpointSlice>())!;
}
