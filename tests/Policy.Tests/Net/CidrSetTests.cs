using Palisade.Policy.Net;

namespace Palisade.Policy.Tests.Net;

/// <summary>The algebra against plain enumeration, at both ends of both families, where overflows would show.</summary>
public sealed class CidrSetTests
{
    private const int Size = 32;

    public static TheoryData<string> Windows => ["0.0.0.0", "255.255.255.224", "10.0.0.0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffe0"];

    [Theory]
    [MemberData(nameof(Windows))]
    public void Algebra_RandomSets_AgreesWithEnumeration(string window)
    {
        var random = new Random(3);
        var start = IpAddress.Parse(window);
        for (var i = 0; i < 3000; i++)
        {
            var left = RandomBlocks(random, start);
            var right = RandomBlocks(random, start);
            var (a, b) = (CidrSet.From(left), CidrSet.From(right));
            var (x, y) = (Enumerate(left, start), Enumerate(right, start));

            Enumerate(a.ToCidrs(), start).ShouldBe(x);
            Enumerate(a.Union(b).ToCidrs(), start).ShouldBe(x | y);
            Enumerate(a.Except(b).ToCidrs(), start).ShouldBe(x & ~y);
            Enumerate(a.Intersect(b).ToCidrs(), start).ShouldBe(x & y);
            a.Covers(b).ShouldBe((y & ~x) == 0);
            a.Overlaps(b).ShouldBe((x & y) != 0);
            a.IsEmpty.ShouldBe(x == 0);
            a.Equals(b).ShouldBe(x == y);
            a.Union(b).ShouldBe(b.Union(a));
            a.Except(b).Union(a.Intersect(b)).ShouldBe(a);

            foreach (var block in right)
            {
                var members = Enumerate([block], start);
                a.Covers(block).ShouldBe((members & ~x) == 0);
                a.Overlaps(block).ShouldBe((members & x) != 0);
            }

            for (var n = 0; n < Size; n++)
            {
                a.Contains(At(start, n)).ShouldBe((x >> n & 1) == 1);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void ToCidrs_AnyUnion_IsTheShortestList(string window)
    {
        var random = new Random(4);
        var start = IpAddress.Parse(window);
        for (var i = 0; i < 1000; i++)
        {
            var blocks = CidrSet.From(RandomBlocks(random, start)).ToCidrs();
            blocks.ShouldBe(blocks.Order());
            // A list is shortest when no block lies in another and no two are the halves of one.
            for (var j = 1; j < blocks.Count; j++)
            {
                blocks[j - 1].Overlaps(blocks[j]).ShouldBeFalse();
                var parent = new Cidr(blocks[j].Network, blocks[j].PrefixLength - 1);
                (blocks[j - 1].PrefixLength == blocks[j].PrefixLength && parent.Contains(blocks[j - 1])).ShouldBeFalse();
            }
        }
    }

    [Fact]
    public void Except_WholeFamily_LeavesTheOther() => CidrSet.All.Except(CidrSet.From(Cidr.AllIPv4)).ToCidrs().ShouldBe([Cidr.AllIPv6]);

    [Fact]
    public void Except_OneAddressOfAll_LeavesOneBlockOfEachLength() =>
        CidrSet.All.Except(CidrSet.From(Cidr.Parse("10.0.0.1/32"), Cidr.Parse("::1/128"))).ToCidrs().Count.ShouldBe(32 + 128);

    [Fact]
    public void Of_HalvesOfABlock_IsTheBlock() =>
        CidrSet.From(Cidr.Parse("128.0.0.0/1"), Cidr.Parse("0.0.0.0/1")).ToString().ShouldBe("0.0.0.0/0");

    [Fact]
    public void Of_TouchingFamilies_KeepsThemApart() =>
        CidrSet.From(Cidr.Parse("255.255.255.255/32"), Cidr.Parse("::/128")).ToCidrs().Count.ShouldBe(2);

    private static List<Cidr> RandomBlocks(Random random, IpAddress start)
    {
        var bits = IpAddress.Bits(start.Family);
        return [.. Enumerable.Range(0, random.Next(8)).Select(_ => new Cidr(At(start, random.Next(Size)), bits - random.Next(6)))];
    }

    private static IpAddress At(IpAddress start, int n) => start with { Value = start.Value + (UInt128)n };

    private static uint Enumerate(IEnumerable<Cidr> blocks, IpAddress start)
    {
        uint members = 0;
        foreach (var block in blocks)
        {
            for (var n = 0; n < Size; n++)
            {
                members |= block.Contains(At(start, n)) ? 1u << n : 0;
            }
        }

        return members;
    }
}
