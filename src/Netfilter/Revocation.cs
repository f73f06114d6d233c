using System.Globalization;
using System.Text;
using Palisade.Dataplane;
using Palisade.Netfilter.Conntrack;
using Palisade.Policy.Net;

namespace Palisade.Netfilter;

/// <summary>
/// Cuts connections that a ruleset would not let be opened: the kernel forgets them, and their next packet is judged as a new connection's.
/// When the answering side speaks first after that, the kernel takes its packet for the first of a connection the other way, which policies
/// may well allow. So it is remembered first, in a set that the rules look into, that the answering side must not open it again.
/// </summary>
/// <param name="ruleset">What was applied last.</param>
/// <param name="newest">What is being applied now, if anything else is: a connection that only it allows may be open already, and is left.</param>
/// <param name="runner">Runs programs.</param>
internal sealed class Revocation(Ruleset ruleset, Func<Ruleset> newest, ToolRunner runner)
{
    private const byte Tcp = 6;
    private const byte Udp = 17;
    private readonly ConnectionJudge _judge = new(ruleset);

    // What the node itself sends to its pods, and they to it, is not policed.
    private readonly HashSet<IpAddress> _own = LocalAddresses.Read();

    /// <summary>Cuts what is to be cut of a family.</summary>
    /// <returns>How many were cut.</returns>
    public async Task<int> CutAsync(IpFamily family, CancellationToken cancellationToken)
    {
        using var table = new ConntrackTable();
        var revoked = (await table.ListAsync(family, cancellationToken)).Where(flow => IsRevoked(flow, _judge)).ToList();
        // Asked for after the connections were read, so that none of them is younger.
        if (revoked.Count > 0 && newest() is var now && !ReferenceEquals(now, ruleset))
        {
            var judge = new ConnectionJudge(now);
            revoked.RemoveAll(flow => !IsRevoked(flow, judge));
        }

        if (revoked.Count == 0)
        {
            return 0;
        }

        var cut = 0;
        await runner.RunAsync("ipset", ["-exist", "restore"], Remember(family, revoked), cancellationToken);
        foreach (var flow in revoked)
        {
            cut += await table.DeleteAsync(flow, cancellationToken) ? 1 : 0;
        }

        return cut;
    }

    private bool IsRevoked(ConntrackFlow flow, ConnectionJudge judge) =>
        !_own.Contains(flow.Source)
        && !_own.Contains(flow.Destination)
        && !judge.Allows(new TrackedConnection(flow.Source, flow.Destination, flow.Protocol, flow.DestinationPort));

    private static string Remember(IpFamily family, IEnumerable<ConntrackFlow> flows)
    {
        var text = new StringBuilder();
        foreach (var (source, destination, protocol, port) in flows.Where(flow => flow.Protocol is Tcp or Udp).Select(EndsOf).Distinct())
        {
            // A datagram's entry lives half a minute; a TCP connection may be silent for long.
            var (name, seconds) = protocol == Tcp ? ("tcp", 600) : ("udp", 30);
            text.Append(CultureInfo.InvariantCulture, $"add {Names.Cut(family)} {destination},{name}:{port},{source} timeout {seconds}\n");
        }

        return text.ToString();
    }

    private static (IpAddress Source, IpAddress Destination, byte Protocol, int Port) EndsOf(ConntrackFlow flow) =>
        (flow.Source, flow.Destination, flow.Protocol, flow.DestinationPort);
}
