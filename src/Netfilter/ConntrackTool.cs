using System.Globalization;
using System.Text;
using Palisade.Dataplane;
using Palisade.Policy.Net;

namespace Palisade.Netfilter;

/// <summary>The conntrack program.</summary>
internal sealed class ConntrackTool(ToolRunner runner)
{
    private const string Program = "conntrack";

    /// <summary>All tracked connections of the family.</summary>
    public async Task<IEnumerable<ConntrackEntry>> ListAsync(IpFamily family, CancellationToken cancellationToken) =>
        ConntrackParser.Parse(await runner.RunAsync(Program, ["-L", "-f", NameOf(family)], null, cancellationToken));

    /// <summary>Cuts the connections: first it is remembered that their servers must not open them again, then they are forgotten.</summary>
    public async Task CutAsync(IpFamily family, IReadOnlyCollection<ConntrackEntry> entries, CancellationToken cancellationToken)
    {
        var remember = new StringBuilder();
        foreach (var (protocol, connection) in entries.Select(entry => (entry.Protocol, entry.Connection)).Distinct())
        {
            // A datagram's entry lives half a minute; a TCP connection may be silent for long.
            var seconds = protocol switch
            {
                "tcp" => 600,
                "udp" => 30,
                _ => 0,
            };
            if (seconds > 0)
            {
                remember.Append(
                    CultureInfo.InvariantCulture,
                    $"add {Names.Cut(family)} {connection.Destination},{protocol}:{connection.Port},{connection.Source} timeout {seconds}\n"
                );
            }
        }

        await runner.RunAsync("ipset", ["-exist", "restore"], remember.ToString(), cancellationToken);
        foreach (var entry in entries)
        {
            var result = await runner.TryRunAsync(Program, ["-D", "-f", NameOf(family), .. Selection(entry)], null, cancellationToken);
            if (result.ExitCode != 0 && !result.Error.Contains("0 flow entries", StringComparison.Ordinal))
            {
                throw new NetfilterException(ToolRunner.Describe(Program, result, null));
            }
        }
    }

    private static string[] Selection(ConntrackEntry entry)
    {
        string[] ends = ["-p", entry.Protocol, "-s", $"{entry.Connection.Source}", "-d", $"{entry.OriginalDestination}"];
        return entry.SourcePort == 0 ? ends : [.. ends, "--sport", Text(entry.SourcePort), "--dport", Text(entry.OriginalPort)];
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    private static string NameOf(IpFamily family) => family == IpFamily.IPv4 ? "ipv4" : "ipv6";
}
