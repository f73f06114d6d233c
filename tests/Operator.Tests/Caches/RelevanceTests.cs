using Palisade.Operator.Caches;

namespace Palisade.Operator.Tests.Caches;

public sealed class RelevanceTests
{
    [Fact]
    public void Of_NodeIsGivenItsPodRange_IsRelevant()
    {
        var given = Node();
        given.Spec = new() { PodCIDR = "10.244.1.0/24", PodCIDRs = ["10.244.1.0/24"] };

        Relevance.Concerns(Node(), given).ShouldBeTrue();
        Relevance.Concerns(given, given).ShouldBeFalse();
    }

    private static V1Node Node() =>
        new()
        {
            Metadata = new() { Name = "node-1" },
            Status = new() { Addresses = [new() { Type = "InternalIP", Address = "192.168.50.1" }] },
        };
}
