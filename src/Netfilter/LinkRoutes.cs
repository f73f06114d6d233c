using System.Globalization;
using System.Net;
using System.Numerics;
using Palisade.Policy.Net;

namespace Palisade.Netfilter;

/// <summary>The networks that are on a link of this network namespace, by interface, from <c>/proc</c>; link-local ones are on each.</summary>
/// <remarks><c>thread-self</c>, because a thread may be in another network namespace than its process.</remarks>
internal static class LinkRoutes
{
    private const string NoGateway = "00000000";
    private const string NoGateway6 = "00000000000000000000000000000000";

    /// <summary>All of them.</summary>
    /// <exception cref="NetfilterException">They cannot be read now.</exception>
    public static ILookup<string, Cidr> Read() =>
        ProcFile
            .Read("/proc/thread-self/net/route", ParseIPv4)
            .Concat(ProcFile.ReadIfThere("/proc/thread-self/net/ipv6_route", ParseIPv6))
            .ToLookup(route => route.Interface, route => route.Network, StringComparer.Ordinal);

    /// <summary>Interface, destination, gateway, four more fields, mask; addresses as the machine's memory holds them. The first line is a header.</summary>
    private static IEnumerable<(string Interface, Cidr Network)> ParseIPv4(IEnumerable<string> lines) =>
        from line in lines.Skip(1)
        let fields = line.Split('\t', StringSplitOptions.TrimEntries)
        where fields[2] == NoGateway
        select (fields[0], new Cidr(IpAddress.From(new IPAddress(Number(fields[1]))), BitOperations.PopCount(Number(fields[7]))));

    /// <summary>Destination, prefix length, two fields of the source, gateway, four more fields, interface. Without IPv6 the file is not there.</summary>
    private static IEnumerable<(string Interface, Cidr Network)> ParseIPv6(IEnumerable<string> lines) =>
        from line in lines
        let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        where
            fields[4] == NoGateway6
            && !fields[0].StartsWith("fe8", StringComparison.Ordinal)
            && !fields[0].StartsWith("ff", StringComparison.Ordinal)
        select (fields[9], new Cidr(IpAddress.From(new IPAddress(Convert.FromHexString(fields[0]))), (int)Number(fields[1])));

    private static uint Number(string text) => uint.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
