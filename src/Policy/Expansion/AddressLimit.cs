using System.Globalization;

namespace Palisade.Policy.Expansion;

/// <summary>How many addresses of nodes one stamped NetworkPolicy may hold.</summary>
public static class AddressLimit
{
    /// <summary>
    /// Address blocks of nodes in one NetworkPolicy. It takes the 5,000 nodes that Kubernetes supports with two blocks each, an address and the
    /// two gateways of a pod range. etcd refuses an object of 1.5 MB; a block takes at most 49 bytes there (a full IPv6 block in Protocol
    /// Buffers), so that the largest policy stays below a third of it.
    /// </summary>
    public const int MaxBlocks = 10_000;

    /// <summary>Says that a policy would hold more, and what to do about it.</summary>
    internal static string Message(int blocks) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"the policy would hold {blocks} address blocks of nodes, and one NetworkPolicy may hold {MaxBlocks}: select fewer nodes, or write the ranges that they have their addresses from as ipBlock"
        );
}
