using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Palisade.Dataplane;
using Palisade.Policy.Net;

namespace Palisade.Netfilter;

/// <summary>What a ruleset has to know of the node that no API object says.</summary>
public static partial class NodeNetwork
{
    /// <summary>The ruleset with what the node is like now; the same ruleset when that says nothing new.</summary>
    public static Ruleset Adapt(Ruleset ruleset)
    {
        ArgumentNullException.ThrowIfNull(ruleset);
        var foreign = ForeignBridges(ruleset);
        return ruleset with
        {
            Options = ruleset.Options with { PoliceOutput = ruleset.Options.PoliceOutput || Ipvs.IsLoaded() },
            ForeignBridges = foreign.AsSpan().SequenceEqual(ruleset.ForeignBridges.AsSpan()) ? ruleset.ForeignBridges : foreign,
        };
    }

    /// <summary>
    /// A bridge that has networks, none of which can have a pod of this node. One without may be about to become the pods', which gets its address
    /// after its first port; and without a pod range there is no telling.
    /// </summary>
    private static ImmutableArray<string> ForeignBridges(Ruleset ruleset)
    {
        if (ruleset.PodRanges.IsEmpty || !(ruleset.DropsUnknownSources || ruleset.DropsUnknownDestinations))
        {
            return [];
        }

        try
        {
            var bridges = Bridges.List();
            var networks = bridges.Count > 0 ? LinkRoutes.Read() : null;
            return [.. bridges.Where(name => PlainName().IsMatch(name) && IsForeign(networks![name], ruleset))];
        }
        catch (NetfilterException)
        {
            // Interfaces come and go while they are read.
            return [];
        }
    }

    private static bool IsForeign(IEnumerable<Cidr> networks, Ruleset ruleset) =>
        networks.Any() && !networks.Any(network => MayHavePods(network, ruleset));

    private static bool MayHavePods(Cidr network, Ruleset ruleset) =>
        ruleset.PodRanges.Any(network.Overlaps) || ruleset.Pods.Any(pod => pod.Addresses.Any(network.Contains));

    /// <summary>Names that mean in a rule what they say: a plus sign at the end would stand for any that begin so.</summary>
    [GeneratedRegex("^[A-Za-z0-9._-]+$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex PlainName();
}
