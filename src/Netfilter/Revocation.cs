using System.Globalization;
using System.Text;
using Palisade.Dataplane;
using Palisade.Netfilter.Conntrack;
using Palisade.Netfilter.Netlink;
using Palisade.Policy.Net;

namespace Palisade.Netfilter;

/// <summary>
/// Cuts connections that a ruleset would not allow: the kernel forgets them, and their next packet is judged as a new connection's.
/// When the answering side speaks first after that, the kernel takes its packet for the first of a connection the other way, which policies
/// may well allow. So it is remembered first, in a set that the rules look into, that the answering side must not open it again.
/// </summary>
/// <param name="ruleset">What was applied last.</param>
/// <param name="newest">What is being applied now, if anything else is: a connection that only it allows may be open already, and is left.</param>
/// <param name="runner">Runs programs.</param>
/// <param name="open">Opens connections to the kernel's netfilter.</param>
internal sealed class Revocation(Ruleset ruleset, Func<Ruleset> newest, ToolRunner runner, Func<INetlinkChannel> open)
{
    private const int MaxAttempts = 3;
    private const byte Tcp = 6;
    private const byte Udp = 17;

    // All that was applied or is being applied: what any of them allows is left.
    private readonly List<(Ruleset Ruleset, ConnectionJudge Judge)> _judges = [(ruleset, new ConnectionJudge(ruleset))];

    // What the node itself sends to its pods, and they to it, is not policed.
    private readonly HashSet<IpAddress> _own = LocalAddresses.Read();

    /// <summary>So many connections are cut before the table is read again: memory is bounded, whatever is in the table.</summary>
    public int MaxAtOnce { get; init; } = 8192;

    /// <summary>Deletes the revoked connections of one family.</summary>
    /// <returns>How many were cut.</returns>
    /// <exception cref="NetfilterException">
    /// The kernel refused, or its list of connections broke off every time: those that were in it are cut, and some may be missing.
    /// </exception>
    public async Task<int> CutAsync(IpFamily family, CancellationToken cancellationToken)
    {
        using var table = new ConntrackTable(open);
        var (cut, failures) = (0, 0);
        while (true)
        {
            var listing = await table.ListAsync(family, IsRevoked, MaxAtOnce, cancellationToken);
            cut += await CutAsync(table, family, listing.Flows, cancellationToken);
            if (listing.Failure is { } failure)
            {
                if (++failures == MaxAttempts)
                {
                    throw new NetfilterException(failure);
                }
            }
            else if (!listing.HasMore)
            {
                return cut;
            }
        }
    }

    private async Task<int> CutAsync(
        ConntrackTable table,
        IpFamily family,
        IReadOnlyList<ConntrackFlow> flows,
        CancellationToken cancellationToken
    )
    {
        // Asked for after the connections were read, so that none of them is younger.
        if (flows.Count > 0 && newest() is var now && !_judges.Exists(item => ReferenceEquals(item.Ruleset, now)))
        {
            _judges.Add((now, new ConnectionJudge(now)));
            flows = [.. flows.Where(flow => IsRevoked(flow.Connection))];
        }

        if (flows.Count == 0)
        {
            return 0;
        }

        var cut = 0;
        await runner.RunAsync("ipset", ["-exist", "restore"], Remember(family, flows), cancellationToken);
        foreach (var flow in flows)
        {
            cut += await table.DeleteAsync(flow, cancellationToken) ? 1 : 0;
        }

        return cut;
    }

    private bool IsRevoked(TrackedConnection connection) =>
        !_own.Contains(connection.Source)
        && !_own.Contains(connection.Destination)
        && _judges.TrueForAll(item => !item.Judge.Allows(connection));

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
