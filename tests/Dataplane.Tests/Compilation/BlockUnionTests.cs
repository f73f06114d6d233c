using Palisade.Dataplane.Compilation;
using Palisade.Dataplane.Tests.Support;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Tests.Compilation;

/// <summary>One set for all blocks of a rule has exactly the addresses that the blocks have, each less its own exceptions.</summary>
public sealed class BlockUnionTests
{
    [Fact]
    public void From_RandomBlocks_HasExactlyTheirAddresses()
    {
        for (var seed = 1; seed <= 4000; seed++)
        {
            var random = new Random(seed);
            var family = seed % 3 == 0 ? IpFamily.IPv6 : IpFamily.IPv4;
            var blocks = RandomBlock.Many(random, family, random.Next(1, 8));
            var expected = RandomBlock.Addresses(blocks);

            var union = BlockUnion.From(blocks.Select(item => new BlockPeer(item.Block, item.Exceptions)));

            var context = string.Join("; ", blocks.Select(item => $"{item.Block} except {string.Join(' ', item.Exceptions)}"));
            foreach (var address in RandomBlock.Edges(blocks, family))
            {
                var isIn = Contains(union.Entries, address) != union.IsComplement;
                isIn.ShouldBe(expected.Contains(address), $"{address}, seed {seed}: {context}");
            }

            union.Entries.ShouldAllBe(entry => entry.PrefixLength > 0);
            union.Entries.Select(entry => entry.Block(family)).ShouldBeUnique();
            (union.IsEverything && !expected.Equals(CidrSet.From(family == IpFamily.IPv4 ? Cidr.AllIPv4 : Cidr.AllIPv6))).ShouldBeFalse();
        }
    }

    [Fact]
    public void From_DisjointBlocksWithExceptions_IsTheBlocksAndTheirExceptions()
    {
        var peers = Enumerable
            .Range(0, 500)
            .Select(i => new BlockPeer(Cidr.Parse($"10.{i / 256}.{i % 256}.0/24"), [Cidr.Parse($"10.{i / 256}.{i % 256}.8/29")]));

        var union = BlockUnion.From(peers);

        (union.IsComplement, union.Entries.Length, union.Entries.Count(entry => entry.IsException)).ShouldBe((false, 1000, 500));
    }

    [Fact]
    public void From_ExceptionInsideAnotherBlock_TakesNothingFromIt()
    {
        BlockPeer[] peers =
        [
            new(Cidr.Parse("10.0.0.0/8"), [Cidr.Parse("10.1.0.0/16")]),
            new(Cidr.Parse("10.1.0.0/17"), []),
            new(Cidr.Parse("10.2.0.0/16"), [Cidr.Parse("10.2.3.0/24")]),
        ];

        var entries = BlockUnion
            .From(peers)
            .Entries.Select(entry => $"{entry.Block(IpFamily.IPv4)}{(entry.IsException ? " nomatch" : "")}");

        entries.ShouldBe(["10.0.0.0/8", "10.1.0.0/16 nomatch", "10.1.0.0/17"]);
    }

    /// <summary>As the kernel does it: the longest prefix decides.</summary>
    private static bool Contains(IEnumerable<SetEntry> entries, IpAddress address) =>
        entries
            .Where(entry => entry.Block(address.Family).Contains(address))
            .OrderByDescending(entry => entry.PrefixLength)
            .FirstOrDefault()
            is { PrefixLength: > 0, IsException: false };
}
