using System.Net;
using Palisade.Lab;
using Palisade.Testing;

namespace Palisade.Netfilter.Tests;

/// <summary>The link-local address that the kernel gives an interface.</summary>
internal static class LinkAddress
{
    private const int Tentative = 0x40; // linux/if_addr.h

    /// <summary>That of <c>eth0</c>, with the interface's number, as soon as the kernel knows that nobody else has it: before that it cannot be used.</summary>
    public static async Task<IPAddress> OfAsync(NetworkNamespace network)
    {
        IPAddress? found = null;
        await Eventually.TrueAsync(
            () =>
            {
                var fields = network
                    .Run(() => File.ReadAllLines("/proc/thread-self/net/if_inet6"))
                    .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    .SingleOrDefault(fields => fields[0].StartsWith("fe80", StringComparison.Ordinal) && fields[^1] == "eth0");
                if (fields is not null && (Convert.ToInt32(fields[4], 16) & Tentative) == 0)
                {
                    found = new IPAddress(Convert.FromHexString(fields[0]), Convert.ToInt64(fields[1], 16));
                }
                return found is not null;
            },
            Shell.Cancelled,
            "the link-local address can be used"
        );
        return found!;
    }
}
