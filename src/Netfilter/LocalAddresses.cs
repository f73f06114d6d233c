using Palisade.Policy.Net;

namespace Palisade.Netfilter;

/// <summary>
/// The addresses of this network namespace's interfaces, from <c>/proc</c>. The framework's own enumeration fails now and then while
/// interfaces come and go, as they do on a node with pods.
/// </summary>
internal static class LocalAddresses
{
    /// <summary>All addresses, of both families.</summary>
    /// <remarks><c>thread-self</c>, because a thread may be in another network namespace than its process.</remarks>
    public static HashSet<IpAddress> Read() =>
        [.. ReadIPv4("/proc/thread-self/net/fib_trie"), .. ReadIPv6("/proc/thread-self/net/if_inet6")];

    /// <summary>An address stands on the line before the one that says <c>/32 host LOCAL</c>.</summary>
    private static IEnumerable<IpAddress> ReadIPv4(string path)
    {
        var last = "";
        foreach (var line in File.ReadAllLines(path))
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
    private static IEnumerable<IpAddress> ReadIPv6(string path) =>
        File.Exists(path)
            ? File.ReadAllLines(path).Select(line => IpAddress.From(new System.Net.IPAddress(Convert.FromHexString(line.AsSpan(0, 32)))))
            : [];
}
