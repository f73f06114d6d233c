using Palisade.Lab.Probes;

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

    /// <summary>Begins to serve. Connections of a family or protocol that this kernel lacks are left out.</summary>
    public static async Task<ReachabilityProbe> StartAsync(NetworkLab lab, ReachabilityPlan plan, ProbeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(lab);
        ArgumentNullException.ThrowIfNull(plan);
        var hosts = plan.Endpoints.ToDictionary(endpoint => endpoint, endpoint => HostOf(lab, endpoint));
        var sctp = ProbeServer.Supports(lab.Outside, ProbeProtocol.Sctp);
        var paths = plan.Paths.Where(path =>
            (sctp || path.Port.Protocol != ProbeProtocol.Sctp)
            && hosts[path.To].AddressOf(path.Target.Address.AddressFamily) is not null
            && hosts[path.From].AddressOf(path.Target.Address.AddressFamily) is not null
        );
        var probe = new ReachabilityProbe(hosts, [.. paths], new Prober(options));
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
    public async Task<IReadOnlyDictionary<ReachabilityPath, ProbeResult>> MeasureAsync(CancellationToken cancellationToken)
    {
        var pairs = _paths.Select(path => (_hosts[path.From], path.Target)).ToList();
        var results = await _prober.ProbeAllAsync(pairs, cancellationToken);
        return _paths.Zip(results).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    private static LabHost HostOf(NetworkLab lab, Endpoint endpoint) =>
        endpoint.End.Address is { } address ? lab.Outside.At(address.ToIPAddress()) : lab.Pods[endpoint.Name];
}
