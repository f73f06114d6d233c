using Palisade.Policy.Net;

namespace Palisade.Dataplane.Tests;

public sealed class NamesTests
{
    [Fact]
    public void Names_TheLongestOnes_FitTheKernel()
    {
        var hash = new string('x', ContentHash.Length);
        string[] sets = [Names.OverflowSet(IpFamily.IPv6, Direction.Egress, hash), Names.Set(IpFamily.IPv6, "p-" + hash)];
        string[] chains = [Names.Policy(Direction.Ingress, hash), Names.OverflowClass(Direction.Egress, hash)];

        sets.ShouldAllBe(name => name.Length <= 31);
        chains.ShouldAllBe(name => name.Length <= 28);
    }
}
