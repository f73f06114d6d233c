using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Numerics;
using System.Runtime.InteropServices;
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

/// <summary>
/// The addresses of this network namespace's interfaces, from <c>/proc</c>. The framework's own enumeration fails now and then while
/// interfaces come and go, as they do on a node with pods.
/// </summary>
internal static class LocalAddresses
{
    /// <summary>All addresses, of both families.</summary>
    /// <exception cref="NetfilterException">They cannot be read now.</exception>
    /// <remarks><c>thread-self</c>, because a thread may be in another network namespace than its process.</remarks>
    public static HashSet<IpAddress> Read() => Read("/proc/thread-self/net/fib_trie", "/proc/thread-self/net/if_inet6");

    /// <summary>As <see cref="Read()"/>, from these files.</summary>
    public static HashSet<IpAddress> Read(string trie, string inet6) =>
        [.. ProcFile.Read(trie, ParseIPv4), .. ProcFile.ReadIfThere(inet6, ParseIPv6)];

    /// <summary>An address stands on the line before the one that says <c>/32 host LOCAL</c>.</summary>
    private static IEnumerable<IpAddress> ParseIPv4(IEnumerable<string> lines)
    {
        var last = "";
        foreach (var line in lines)
        {
            var text = line.Trim();
            if (text.StartsWith("/32 host LOCAL", StringComparison.Ordinal) && IpAddress.TryParse(last, out var address))
            {
                yield return address;
            }
            else if (text.StartsWith("|-- ", StringComparison.Ordinal))
            {
                last = text[4..];
            }
        }
    }

    /// <summary>A line begins with the address in 32 hexadecimal digits. Without IPv6 the file is not there.</summary>
    private static IEnumerable<IpAddress> ParseIPv6(IEnumerable<string> lines) =>
        lines.Select(line => IpAddress.From(new System.Net.IPAddress(Convert.FromHexString(line.AsSpan(0, 32)))));
}

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

/// <summary>Looks for bridges in the network namespace of the calling thread.</summary>
/// <remarks>Not by <c>/sys/class/net</c>: that is the network namespace of the process that mounted it.</remarks>
public static partial class Bridges
{
    private const int AddressFamilyInet = 2;
    private const int SocketDatagram = 2;
    private const int CloseOnExec = 0x80000;

    // linux/sockios.h, linux/if_bridge.h, linux/if.h
    private const nuint GetBridgesRequest = 0x8940;
    private const nint GetBridges = 1;
    private const int NameLength = 16;

    /// <summary>The kernel lists no more at once (net/bridge/br_ioctl.c).</summary>
    private const int Most = 2047;

    /// <summary>Whether there is at least one; true when the kernel does not say, so that nothing is taken for good unseen.</summary>
    public static bool Exist() => Indices() is not { Length: 0 };

    /// <summary>Names of those that are there; none when the kernel does not say.</summary>
    public static IReadOnlyList<string> List() => [.. (Indices() ?? []).Select(NameOf).OfType<string>().Order(StringComparer.Ordinal)];

    /// <summary>Null when the kernel does not say.</summary>
    private static unsafe int[]? Indices()
    {
        var socket = Socket(AddressFamilyInet, SocketDatagram | CloseOnExec, 0);
        if (socket < 0)
        {
            return null;
        }
        try
        {
            var indices = stackalloc int[Most];
            var arguments = stackalloc nint[] { GetBridges, (nint)indices, Most };
            var count = IoControl(socket, GetBridgesRequest, arguments);
            // Refused: the kernel has no bridge code loaded, so there is no bridge.
            return count > 0 ? new ReadOnlySpan<int>(indices, count).ToArray() : [];
        }
        finally
        {
            _ = Close(socket);
        }
    }

    /// <summary>Null when it is gone.</summary>
    private static unsafe string? NameOf(int index)
    {
        var name = stackalloc byte[NameLength];
        return NameOfIndex((uint)index, name) == null ? null : Marshal.PtrToStringUTF8((nint)name);
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Socket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static unsafe partial int IoControl(int descriptor, nuint request, void* argument);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "if_indextoname", SetLastError = true)]
    private static unsafe partial byte* NameOfIndex(uint index, byte* name);
}

/// <summary>Looks for IPVS, which kube-proxy uses in mode ipvs.</summary>
public static class Ipvs
{
    /// <summary>
    /// Whether the kernel has IPVS loaded. It takes a pod's packets to a Service at INPUT and sends them on through OUTPUT: they never pass FORWARD
    /// (kernel: net/netfilter/ipvs/ip_vs_core.c).
    /// </summary>
    public static bool IsLoaded() => File.Exists("/proc/net/ip_vs");
}
