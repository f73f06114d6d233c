using Palisade.Policy.Net;

namespace Palisade.Policy.Expansion;

/// <summary>The addresses that packets of a node itself bear.</summary>
internal static class NodeAddresses
{
    /// <summary>
    /// The addresses in the node's status, and the first two of each of its pod ranges: towards pods of other nodes Flannel sends
    /// from the first (flannel.1), and a bridge has the second. Where pods get their addresses of this range, none is given one of them.
    /// </summary>
    public static IReadOnlyList<IpAddress> Of(V1Node node)
    {
        var addresses = new List<IpAddress>();
        foreach (var entry in node.Status?.Addresses ?? [])
        {
            if (IpAddress.TryParse(entry.Address, out var address))
            {
                addresses.Add(address);
            }
        }

        foreach (var range in (node.Spec?.PodCIDRs ?? []).Append(node.Spec?.PodCIDR))
        {
            if (Cidr.TryParseLenient(range, out var cidr) && cidr.Last - cidr.First > 1)
            {
                addresses.Add(cidr.Network);
                addresses.Add(cidr.Network with { Value = cidr.First + 1 });
            }
        }

        return addresses;
    }
}
