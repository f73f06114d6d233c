using Palisade.Policy.Net;

namespace Palisade.Dataplane.Tests.Support;

/// <summary>Blocks with exceptions that overlap, lie in each other and touch far more often than real ones.</summary>
/// <param name="Block">The block.</param>
/// <param name="Exceptions">What it is less.</param>
public sealed record RandomBlock(Cidr Block, IReadOnlyList<Cidr> Exceptions)
{
    /// <summary>Blocks of few addresses apart, and now and then one of all addresses.</summary>
    public static RandomBlock[] Many(Random random, IpFamily family, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => One(random, family))];

    /// <summary>The block as a policy has it.</summary>
    public V1IPBlock ToModel() => new() { Cidr = $"{Block}", Except = [.. Exceptions.Select(exception => $"{exception}")] };

    /// <summary>The addresses that the blocks mean, by the algebra of address sets.</summary>
    public static CidrSet Addresses(IEnumerable<RandomBlock> blocks) =>
        CidrSet.Union(blocks.Select(item => CidrSet.From(item.Block).Except(CidrSet.From(item.Exceptions))));

    /// <summary>Each first and last address of a block or exception, and those right beside it.</summary>
    public static IEnumerable<IpAddress> Edges(IEnumerable<RandomBlock> blocks, IpFamily family)
    {
        var last = (family == IpFamily.IPv4 ? Cidr.AllIPv4 : Cidr.AllIPv6).Last;
        return blocks
            .SelectMany(item => item.Exceptions.Prepend(item.Block))
            .SelectMany(block => (UInt128[])[block.First, block.First - 1, block.Last, block.Last + 1])
            .Where(value => value <= last)
            .Distinct()
            .Order()
            .Select(value => new IpAddress(family, value));
    }

    private static RandomBlock One(Random random, IpFamily family)
    {
        var bits = IpAddress.Bits(family);
        var block = random.Next(12) == 0 ? new Cidr(new(family, 0), 0) : Inside(random, new Cidr(Base(family), bits - 9), bits);
        if (block.IsSingle)
        {
            return new(block, []);
        }

        var exceptions = Enumerable
            .Range(0, random.Next(4))
            .Select(_ => Inside(random, block.PrefixLength == 0 ? new Cidr(Base(family), bits - 9) : block, bits))
            .Where(exception => exception != block);
        return new(block, [.. exceptions]);
    }

    /// <summary>A block within another one, or that itself.</summary>
    private static Cidr Inside(Random random, Cidr around, int bits)
    {
        var length = random.Next(around.PrefixLength, bits + 1);
        var offset = (UInt128)random.NextInt64(1L << (bits - around.PrefixLength));
        return new(new(around.Family, around.First + offset), length);
    }

    private static IpAddress Base(IpFamily family) => IpAddress.Parse(family == IpFamily.IPv4 ? "192.0.2.0" : "2001:db8::");
}
