using System.Globalization;
using Palisade.Dataplane;
using Palisade.Policy.Net;

namespace Palisade.Netfilter;

/// <summary>
/// Reads the output of <c>conntrack -L</c>: protocol, its number, and the addresses and ports of the first packet and of the answer to
/// it. Where the answer comes from is where the connection really goes.
/// </summary>
internal static class ConntrackParser
{
    public static IEnumerable<ConntrackEntry> Parse(string text) => text.Split('\n').Select(ParseLine).OfType<ConntrackEntry>();

    private static ConntrackEntry? ParseLine(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2 || !byte.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var protocol))
        {
            return null;
        }

        var sources = Values(words, "src=");
        var destinations = Values(words, "dst=");
        if (
            sources.Length != 2
            || destinations.Length != 2
            || !IpAddress.TryParse(sources[0], out var source)
            || !IpAddress.TryParse(sources[1], out var destination)
            || !IpAddress.TryParse(destinations[0], out var original)
        )
        {
            return null;
        }

        var (sourcePorts, destinationPorts) = (Ports(words, "sport="), Ports(words, "dport="));
        var connection = new TrackedConnection(source, destination, protocol, sourcePorts.ElementAtOrDefault(1));
        return new ConntrackEntry(words[0], connection, original, sourcePorts.FirstOrDefault(), destinationPorts.FirstOrDefault());
    }

    private static string[] Values(string[] words, string key) =>
        [.. words.Where(word => word.StartsWith(key, StringComparison.Ordinal)).Select(word => word[key.Length..])];

    private static int[] Ports(string[] words, string key) =>
        [
            .. Values(words, key)
                .Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 0),
        ];
}
