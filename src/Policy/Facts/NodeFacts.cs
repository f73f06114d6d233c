using Palisade.Policy.Net;

namespace Palisade.Policy;

/// <summary>What is read of a node. Addresses and ranges that cannot be understood are left out.</summary>
public sealed record NodeFacts
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its labels.</summary>
    public LabelSet Labels { get; init; } = LabelSet.Empty;

    /// <summary>Ranges that its pods get their addresses from, each once.</summary>
    public ValueArray<Cidr> PodRanges { get; init; } = [];

    /// <summary>The addresses that it reports, of all types.</summary>
    public ValueArray<IpAddress> Addresses { get; init; } = [];

    /// <summary>Those of the addresses that the cluster reaches it by: type InternalIP.</summary>
    public ValueArray<IpAddress> InternalAddresses { get; init; } = [];

    /// <summary>
    /// The addresses that packets of the node itself bear: those that it reports, and the first two of each of its pod ranges. Towards pods of
    /// other nodes Flannel sends from the first (flannel.1), and a bridge has the second. Where pods get their addresses of this range, none is
    /// given one of them.
    /// </summary>
    public IEnumerable<IpAddress> OwnAddresses =>
        Addresses.Concat(
            PodRanges
                .Where(range => range.Last - range.First > 1)
                .SelectMany(range => (IpAddress[])[range.Network, range.Network with { Value = range.First + 1 }])
        );

    /// <summary>Reads a node.</summary>
    public static NodeFacts From(V1Node node) => From(node, null);

    /// <summary>Reads one of many nodes.</summary>
    /// <param name="node">The node.</param>
    /// <param name="pool">Shares what they have in common.</param>
    public static NodeFacts From(V1Node node, FactsPool? pool)
    {
        ArgumentNullException.ThrowIfNull(node);
        var addresses = node.Status?.Addresses ?? [];
        var ranges = (node.Spec?.PodCIDRs ?? []).Append(node.Spec?.PodCIDR);
        return new()
        {
            Name = FactsPool.Share(node.Metadata.Name, pool),
            Labels = LabelSet.From(node.Metadata.Labels, pool),
            PodRanges =
            [
                .. ranges.Select(text => Cidr.TryParseLenient(text, out var range) ? range : (Cidr?)null).OfType<Cidr>().Distinct(),
            ],
            Addresses = Parse(addresses),
            InternalAddresses = Parse(addresses.Where(address => address.Type == "InternalIP")),
        };
    }

    private static ValueArray<IpAddress> Parse(IEnumerable<V1NodeAddress> addresses) =>
        [.. addresses.Select(entry => IpAddress.TryParse(entry.Address, out var address) ? address : (IpAddress?)null).OfType<IpAddress>()];
}
