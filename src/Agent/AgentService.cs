using Palisade.Agent.Cluster;
using Palisade.Agent.Denials;
using Palisade.Agent.Health;
using Palisade.Agent.Options;
using Palisade.Agent.Revocation;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Netfilter;
using Palisade.Runtime;
using Palisade.Runtime.Events;

namespace Palisade.Agent;

/// <summary>The parts of the agent, none of which is to end before it is told to. The rules stay in force however it ends.</summary>
public sealed partial class AgentService : BackgroundService
{
    private readonly DirtySignal _changed;
    private readonly DirtySignal _tightened;
    private readonly KubernetesClient _client;
    private readonly ClusterWatch _watch;
    private readonly AgentMetrics _metrics;
    private readonly EventRecorder _events;
    private readonly SyncLoop _loop;
    private readonly DenialLog _denials;
    private readonly RevocationLoop _revocation;

    /// <summary>Puts the parts together; nothing runs yet.</summary>
    public AgentService(AgentOptions options, AgentSetup setup, ILoggerFactory loggers, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(setup);
        var logger = loggers.CreateLogger<AgentService>();
        LogStarting(logger, options.NodeName, setup.Client.Server, setup.Probe.Backend, setup.Probe.BackendReason);
        var readiness = new Readiness(loggers.CreateLogger<Readiness>());
        (_changed, _tightened) = (new DirtySignal(clock), new DirtySignal(clock));
        _client = new KubernetesClient(setup.Client, loggers, clock);
        _watch = new ClusterWatch(_client, options.NodeName, loggers, clock);
        _metrics = new AgentMetrics(readiness, () => _watch.TimeSinceLastEvent, clock);
        _events = new EventRecorder(
            _client,
            new() { Controller = "palisade.dev/agent", Instance = options.NodeName },
            loggers.CreateLogger<EventRecorder>(),
            clock
        );
        _loop = new SyncLoop(
            _watch,
            setup.Applier,
            LoopOptions(options, setup),
            readiness,
            new RepairReporter(_events, options.NodeName, loggers.CreateLogger<RepairReporter>()),
            _metrics,
            loggers.CreateLogger<SyncLoop>(),
            clock
        );
        _denials = new DenialLog(
            (ushort)setup.Dataplane.LogGroup,
            () => _loop.Enforced,
            _metrics,
            loggers.CreateLogger<DenialLog>(),
            clock
        );
        _revocation = new RevocationLoop(setup.Applier, _metrics, loggers.CreateLogger<RevocationLoop>(), clock);
        Health = [_client.Health, .. readiness.Sources];
    }

    /// <summary>What must be well for this node to enforce what the cluster asks for.</summary>
    public IReadOnlyList<IHealthSource> Health { get; }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _metrics.Dispose();
        _client.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await TaskGroup.RunAsync(
            [
                stop => _watch.RunAsync(_changed, stop),
                stop => _loop.RunAsync(_changed, stop),
                _events.RunAsync,
                _denials.RunAsync,
                stop => _revocation.RunAsync(_tightened, stop),
            ],
            stoppingToken
        );
        throw new InvalidOperationException("A part of the agent ended, which none may before it is told to. The rules stay in force.");
    }

    private SyncLoopOptions LoopOptions(AgentOptions options, AgentSetup setup) =>
        new()
        {
            NodeName = options.NodeName,
            Dataplane = setup.Dataplane,
            VerifyInterval = options.VerifyInterval,
            OnTightened = _tightened.Mark,
            AdaptToNode = NodeNetwork.Adapt,
            CheckBridge = () => BridgeNetfilter.Check(options.SetBridgeNetfilter),
            Offered = setup.Probe,
            Probe = setup.ProbeAgain,
        };

    [LoggerMessage(Level = LogLevel.Information, Message = "Node {Node}, API server {Server}, iptables backend {Backend}: {Reason}")]
    private static partial void LogStarting(ILogger logger, string node, Uri server, NetfilterBackend backend, string reason);
}
