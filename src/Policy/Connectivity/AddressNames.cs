using System.Globalization;
using Palisade.Policy.Net;

namespace Palisade.Policy.Connectivity;

/// <summary>Names sets of addresses in a few words.</summary>
internal static class AddressNames
{
    private const int MaxListed = 3;

    /// <summary>
    /// By the blocks that policies name, when these are what the set is made of; as the rest, when it is nearly everything; else by the
    /// block around it.
    /// </summary>
    /// <param name="addresses">The set.</param>
    /// <param name="named">Blocks that policies name, of which the set has all that is not of pods.</param>
    /// <param name="ofPods">Addresses of pods, which the set has none of.</param>
    public static string Describe(CidrSet addresses, IReadOnlyList<Cidr> named, CidrSet ofPods)
    {
        if (addresses.Equals(CidrSet.All))
        {
            return "any address";
        }

        var widest = named.Where(block => !named.Any(other => other != block && other.Contains(block))).Distinct().Order().ToList();
        if (widest.Count > 0 && CidrSet.From(widest).Except(ofPods).Equals(addresses))
        {
            return Listed(widest);
        }

        var parts = ((Cidr[])[Cidr.AllIPv4, Cidr.AllIPv6]).Select(all => (All: all, Part: addresses.Intersect(CidrSet.From(all)))).ToList();
        return parts.TrueForAll(item => IsNearly(item.Part, item.All))
            ? "any other address"
            : string.Join(" and ", parts.Where(item => !item.Part.IsEmpty).Select(item => OfFamily(item.Part)));
    }

    private static string Listed(List<Cidr> blocks)
    {
        var rest = blocks.Count - MaxListed;
        var listed = string.Join(", ", blocks.Take(MaxListed));
        return rest <= 0 ? listed : string.Create(CultureInfo.InvariantCulture, $"{listed} and {rest} more");
    }

    /// <summary>Whether the addresses are the whole family but for a few blocks.</summary>
    private static bool IsNearly(CidrSet addresses, Cidr all) =>
        !addresses.IsEmpty && Around(addresses) == all && Missing(addresses).Count < addresses.ToCidrs().Count;

    private static string OfFamily(CidrSet addresses)
    {
        var blocks = addresses.ToCidrs();
        var missing = Missing(addresses);
        return blocks.Count <= MaxListed ? string.Join(", ", blocks)
            : missing.Count >= blocks.Count ? string.Create(CultureInfo.InvariantCulture, $"{blocks.Count} blocks in {Around(addresses)}")
            : missing.Count <= MaxListed ? $"{Around(addresses)} except {string.Join(", ", missing)}"
            : string.Create(CultureInfo.InvariantCulture, $"{Around(addresses)} except {missing.Count} blocks");
    }

    private static IReadOnlyList<Cidr> Missing(CidrSet addresses) => CidrSet.From(Around(addresses)).Except(addresses).ToCidrs();

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
