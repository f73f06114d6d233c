using System.Net;
using System.Net.Sockets;

namespace Palisade.Lab;

/// <summary>The address families that this machine has: a kernel may be without IPv6.</summary>
internal static class UsableFamilies
{
    /// <summary>The families.</summary>
    public static AddressFamily[] All =>
        Socket.OSSupportsIPv6 ? [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6] : [AddressFamily.InterNetwork];

    /// <summary>Those of the addresses that are of such a family.</summary>
    public static IReadOnlyList<IPAddress> Filter(IEnumerable<IPAddress> addresses) =>
        [.. addresses.Where(address => All.Contains(address.AddressFamily))];

    /// <summary>Those of the ranges that are of such a family.</summary>
    public static IReadOnlyList<IPNetwork> Filter(IEnumerable<IPNetwork> ranges) =>
        [.. ranges.Where(range => All.Contains(range.BaseAddress.AddressFamily))];
}
