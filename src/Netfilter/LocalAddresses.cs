using Palisade.Policy.Net;

namespace Palisade.Netfilter;

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
