using System.Globalization;
using Palisade.Policy.Net;

namespace Palisade.Policy.Connectivity;

/// <summary>Names sets of addresses in a few words: by their blocks, or by the block around them and what is missing in it.</summary>
internal static class AddressNames
{
    private const int MaxListed = 2;

    public static string Of(CidrSet addresses)
    {
        if (addresses.Equals(CidrSet.All))
        {
            return "any address";
        }

        var names = new List<string>();
        var isRest = true;
        foreach (var all in (Cidr[])[Cidr.AllIPv4, Cidr.AllIPv6])
        {
            var part = addresses.Intersect(CidrSet.Of(all));
            isRest &= IsNearly(part, all);
            if (!part.IsEmpty)
            {
                names.Add(OfFamily(part));
            }
        }

        return isRest ? "any other address" : string.Join(" and ", names);
    }

    /// <summary>Whether the addresses are the whole family but for a few blocks.</summary>
    private static bool IsNearly(CidrSet addresses, Cidr all) =>
        !addresses.IsEmpty && Around(addresses) == all && Missing(addresses).Count < addresses.ToCidrs().Count;

    private static string OfFamily(CidrSet addresses)
    {
        var blocks = addresses.ToCidrs();
        if (blocks.Count <= MaxListed)
        {
            return string.Join(", ", blocks);
        }

        var missing = Missing(addresses);
        return missing.Count >= blocks.Count ? string.Create(CultureInfo.InvariantCulture, $"{blocks.Count} blocks in {Around(addresses)}")
            : missing.Count <= MaxListed ? $"{Around(addresses)} except {string.Join(", ", missing)}"
            : string.Create(CultureInfo.InvariantCulture, $"{Around(addresses)} except {missing.Count} blocks");
    }

    private static IReadOnlyList<Cidr> Missing(CidrSet addresses) => CidrSet.Of(Around(addresses)).Except(addresses).ToCidrs();

    /// <summary>The smallest block that has all the addresses, which are of one family.</summary>
    private static Cidr Around(CidrSet addresses)
    {
        var ranges = addresses.Ranges;
        var block = Cidr.Single(new(ranges[0].Family, ranges[0].First));
        while (block.Last < ranges[^1].Last)
        {
            block = new(block.Network, block.PrefixLength - 1);
        }

        return block;
    }
}
