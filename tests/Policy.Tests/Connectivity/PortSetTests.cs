using Palisade.Policy.Connectivity;

namespace Palisade.Policy.Tests.Connectivity;

public sealed class PortSetTests
{
    [Fact]
    public void ToString_AnySet_IsAsPeopleWriteIt()
    {
        PortSet.Empty.ToString().ShouldBe("no port");
        PortSet.All.ToString().ShouldBe("every port");
        PortSet.Create("UDP", 1, PortSet.MaxPort).ToString().ShouldBe("every UDP port");
        PortSet
            .Create("UDP", 53)
            .Union(PortSet.Create("TCP", 80))
            .Union(PortSet.Create("TCP", 8000, 8100))
            .ToString()
            .ShouldBe("80/TCP, 8000-8100/TCP, 53/UDP");
    }

    [Theory]
    [InlineData("ICMP", 1, 2)]
    [InlineData("tcp", 1, 2)]
    [InlineData("TCP", 0, 0)]
    [InlineData("TCP", 90, 80)]
    [InlineData("TCP", 65536, 70000)]
    public void Of_NoSuchPorts_IsEmpty(string protocol, int first, int last) =>
        PortSet.Create(protocol, first, last).ShouldBe(PortSet.Empty);

    [Fact]
    public void Union_AllPartsOfAProtocol_IsWhole() =>
        PortSet
            .Union(
                PortSet.Protocols.SelectMany(protocol => (PortSet[])[PortSet.Create(protocol, 1, 79), PortSet.Create(protocol, 80, 65535)])
            )
            .IsAll.ShouldBeTrue();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Algebra_RandomSets_HoldsPortByPort(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 300; i++)
        {
            var (a, b) = (NewSet(random), NewSet(random));
            var (union, common, rest) = (a.Union(b), a.Intersect(b), a.Except(b));
            foreach (var protocol in PortSet.Protocols)
            {
                for (var port = 0; port <= 41; port++)
                {
                    var (inA, inB) = (a.Contains(protocol, port), b.Contains(protocol, port));
                    union.Contains(protocol, port).ShouldBe(inA || inB);
                    common.Contains(protocol, port).ShouldBe(inA && inB);
                    rest.Contains(protocol, port).ShouldBe(inA && !inB);
                }
            }

            rest.Union(common).ShouldBe(a);
            rest.Union(common).GetHashCode().ShouldBe(a.GetHashCode());
        }
    }

    private static PortSet NewSet(Random random) =>
        PortSet.Union(
            Enumerable
                .Range(0, random.Next(5))
                .Select(_ => PortSet.Create(PortSet.Protocols[random.Next(3)], random.Next(0, 40), random.Next(0, 40)))
        );
}
