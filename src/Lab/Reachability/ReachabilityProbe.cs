using System.Net.Sockets;
using Palisade.Lab.Probes;
using Palisade.Policy.Net;

namespace Palisade.Lab.Reachability;

/// <summary>Tries the connections of a plan in a lab. As long as it lives, the endpoints' ports are served.</summary>
public sealed class ReachabilityProbe : IAsyncDisposable
{
    private readonly List<ProbeServer> _servers = [];
    private readonly Dictionary<Endpoint, LabHost> _hosts;
    private readonly IReadOnlyList<ReachabilityPath> _paths;
    private readonly Prober _prober;

    private ReachabilityProbe(Dictionary<Endpoint, LabHost> hosts, IReadOnlyList<ReachabilityPath> paths, Prober prober) =>
        (_hosts, _paths, _prober) = (hosts, paths, prober);

    /// <summary>What of the plan is left out because this machine lacks it, as human-readable messages.</summary>
    public IReadOnlyList<string> LeftOut { get; private init; } = [];

    /// <summary>Begins to serve. Connections of a family or protocol that this kernel lacks are left out.</summary>
    /// <exception cref="LabException">A port of an endpoint cannot be served.</exception>
    public static async Task<ReachabilityProbe> StartAsync(NetworkLab lab, ReachabilityPlan plan, ProbeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(lab);
        ArgumentNullException.ThrowIfNull(plan);
        var hosts = plan
            .Endpoints.Select(endpoint => (Endpoint: endpoint, Host: HostOf(lab, endpoint)))
            .Where(item => item.Host is not null)
            .ToDictionary(item => item.Endpoint, item => item.Host!);
        var sctp = ProbeServer.Supports(lab.Outside, ProbeProtocol.Sctp);
        var byFamily = plan.Paths.ToLookup(path => HasFamily(hosts, path.From, path) && HasFamily(hosts, path.To, path));
        var byProtocol = byFamily[true].ToLookup(path => sctp || path.Port.Protocol != ProbeProtocol.Sctp);
        var probe = new ReachabilityProbe(hosts, [.. byProtocol[true]], new Prober(options))
        {
            LeftOut =
            [
                .. byFamily[false].Any() ? ["IPv6, which this machine does not have"] : Array.Empty<string>(),
                .. byProtocol[false].Any() ? ["SCTP, which this kernel does not have (module sctp)"] : Array.Empty<string>(),
            ],
        };
        try
        {
            foreach (var (endpoint, host) in hosts)
            {
                var ports = endpoint.Ports.Where(port => sctp || port.Protocol != ProbeProtocol.Sctp);
                probe._servers.Add(ProbeServer.Start(host, ports.Select(port => (port.Number, port.Protocol))));
            }
            return probe;
        }
        catch
        {
            await probe.DisposeAsync();
            throw;
        }
    }

    /// <summary>Tries every connection once.</summary>
    /// <exception cref="LabException">This machine has nothing left to try one with.</exception>
    public Task<IReadOnlyDictionary<ReachabilityPath, ProbeResult>> MeasureAsync(CancellationToken cancellationToken) =>
        MeasureAsync(_paths, cancellationToken);

    /// <summary>
    /// Tries every connection while no policy is enforced. One that is not open then would not be open for reasons that the policies have no part
    /// in, and nothing could be said of it afterwards. What a busy machine was too slow for is tried again.
    /// </summary>
    /// <exception cref="LabException">A connection is not open, or somebody else answers.</exception>
    public async Task<IReadOnlyDictionary<ReachabilityPath, ProbeResult>> MeasureOpenAsync(CancellationToken cancellationToken)
    {
        var first = await MeasureAsync(cancellationToken);
        var closed = first.Where(item => !IsAnswered(item)).Select(item => item.Key).ToList();
        if (closed.Count == 0)
        {
            return first;
        }
        var again = await MeasureAsync(closed, cancellationToken);
        var failed = again.Where(item => !IsAnswered(item)).ToList();
        if (failed.Count > 0)
        {
            var (path, result) = failed[0];
            throw new LabException(
                $"{failed.Count} of {first.Count} connections are not open even without policies, so nothing can be said of the policies; the first: {path}: {result.Outcome}"
            );
        }
        return first.ToDictionary(item => item.Key, item => again.GetValueOrDefault(item.Key, item.Value));
    }

    private async Task<IReadOnlyDictionary<ReachabilityPath, ProbeResult>> MeasureAsync(
        IReadOnlyList<ReachabilityPath> paths,
        CancellationToken cancellationToken
    )
    {
        var pairs = paths.Select(path => (_hosts[path.From], path.Target)).ToList();
        var results = await _prober.ProbeAllAsync(pairs, cancellationToken);
        return paths.Zip(results).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    private static bool IsAnswered(KeyValuePair<ReachabilityPath, ProbeResult> item) =>
        item.Value.IsOpen && item.Value.AnsweredBy == item.Key.To.Name;

    private static bool HasFamily(Dictionary<Endpoint, LabHost> hosts, Endpoint endpoint, ReachabilityPath path) =>
        hosts.TryGetValue(endpoint, out var host) && host.AddressOf(path.Target.Address.AddressFamily) is not null;

    /// <summary>The endpoint's place in the lab; null for an address outside of a family that this machine does not have.</summary>
    private static LabHost? HostOf(NetworkLab lab, Endpoint endpoint) =>
        endpoint.End.Address is not { } address ? lab.Pods[endpoint.Name]
        : address.Family == IpFamily.IPv4 || Socket.OSSupportsIPv6 ? lab.Outside.At(address.ToIPAddress())
        : null;
}
