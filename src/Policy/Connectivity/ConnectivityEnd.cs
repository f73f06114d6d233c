using System.Collections.Immutable;
using Palisade.Policy.Net;

namespace Palisade.Policy.Connectivity;

/// <summary>
/// One end of connections: the pods of a workload, or addresses outside the cluster. No policy of the snapshot tells the pods of one
/// end from each other, nor its addresses: what holds for one holds for all.
/// </summary>
public sealed record ConnectivityEnd
{
    private ConnectivityEnd() { }

    /// <summary>Number of the end in its analysis, from 0.</summary>
    public int Index { get; internal init; }

    /// <summary>Namespace of the pods; null outside the cluster.</summary>
    public string? Namespace { get; private init; }

    /// <summary>Name of the workload, unique in its namespace; outside the cluster the addresses in short.</summary>
    public required string Name { get; init; }

    /// <summary>Kind of the pods' owner, such as StatefulSet; null when they have none, and outside the cluster.</summary>
    public string? OwnerKind { get; private init; }

    /// <summary>The pods, by name; none outside the cluster.</summary>
    public ImmutableArray<PodFacts> Pods { get; private init; } = [];

    /// <summary>The addresses outside the cluster; none for pods.</summary>
    public CidrSet Addresses { get; private init; } = CidrSet.Empty;

    /// <summary>Whether the end is outside the cluster.</summary>
    public bool IsOutside => Pods.IsEmpty;

    /// <summary>An address of each family that the end has: the first.</summary>
    internal ImmutableDictionary<IpFamily, IpAddress> Samples { get; private init; } = ImmutableDictionary<IpFamily, IpAddress>.Empty;

    /// <summary>For each family in which the pods' addresses are not known, the addresses that may be meant; none for real ones.</summary>
    internal ImmutableDictionary<IpFamily, CidrSet> Ranges { get; private init; } = ImmutableDictionary<IpFamily, CidrSet>.Empty;

    /// <summary>Whether the end has an address of the family.</summary>
    public bool Has(IpFamily family) => Samples.ContainsKey(family);

    /// <summary>namespace/name, or <c>outside</c> and the addresses in short.</summary>
    public override string ToString() => IsOutside ? $"outside {Name}" : $"{Namespace}/{Name}";

    internal static ConnectivityEnd OfPods(
        string inNamespace,
        string name,
        string? ownerKind,
        ImmutableArray<PodFacts> pods,
        SyntheticFacts synthetic
    )
    {
        var samples = First(pods[0].Addresses);
        return new()
        {
            Namespace = inNamespace,
            Name = name,
            OwnerKind = ownerKind,
            Pods = pods,
            Samples = samples,
            Ranges = samples
                .Values.Where(address => synthetic.Addresses.ContainsKey(address))
                .ToImmutableDictionary(address => address.Family, address => synthetic.RangeOf(address)!),
        };
    }

    internal static ConnectivityEnd OfAddresses(CidrSet addresses, string? name = null) =>
        new()
        {
            Name = name ?? AddressNames.Describe(addresses, [], CidrSet.Empty),
            Addresses = addresses,
            Samples = First(addresses.ToCidrs().Select(block => block.Network)),
        };

    private static ImmutableDictionary<IpFamily, IpAddress> First(IEnumerable<IpAddress> addresses) =>
        addresses.DistinctBy(address => address.Family).ToImmutableDictionary(address => address.Family);
}
