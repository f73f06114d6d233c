using Palisade.Agent.Cluster;
using Palisade.Agent.Denials;
using Palisade.Agent.Health;
using Palisade.Agent.Options;
using Palisade.Agent.Revocation;
using Palisade.Dataplane;
using Palisade.Hosting;
using Palisade.Kubernetes.Client;
using Palisade.Netfilter;
using Palisade.Runtime;
using Palisade.Runtime.Events;

namespace Palisade.Agent;

/// <summary>Puts the loop, the watches and the endpoints together and runs them until stopped.</summary>
public static partial class AgentHost
{
    /// <summary>Runs until cancelled.</summary>
    public static async Task<int> RunAsync(
        AgentOptions options,
        ClientOptions clientOptions,
        DataplaneOptions dataplane,
        IRulesetApplier applier,
        ProbeResult probe,
        Func<CancellationToken, Task<ProbeResult>> probeAgain,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clientOptions);
        ArgumentNullException.ThrowIfNull(probe);
        var clock = TimeProvider.System;
        using var loggers = LoggerFactory.Create(logging => Configure(logging, options.LogFormat));
        var logger = loggers.CreateLogger("Palisade.Agent");
        LogStarting(logger, options.NodeName, clientOptions.Server, probe.Backend, probe.BackendReason);

        using var client = new KubernetesClient(clientOptions, loggers, clock);
        var readiness = new Readiness(loggers.CreateLogger<Readiness>());
        var watch = new ClusterWatch(client, options.NodeName, loggers, clock);
        using var metrics = new AgentMetrics(readiness, () => watch.Silence, clock);
        var events = Recorder(client, options.NodeName, loggers, clock);
        var signal = new DirtySignal(clock);
        var tightened = new DirtySignal(clock);
        var loop = new SyncLoop(
            watch,
            applier,
            LoopOptions(options, dataplane, tightened) with
            {
                Offered = probe,
                Probe = probeAgain,
            },
            readiness,
            new RepairReporter(events, options.NodeName, loggers.CreateLogger<RepairReporter>()),
            metrics,
            loggers.CreateLogger<SyncLoop>(),
            clock
        );
        var denials = new DenialLog((ushort)dataplane.LogGroup, () => loop.Enforced, metrics, loggers.CreateLogger<DenialLog>(), clock);
        var revocation = new RevocationLoop(applier, metrics, loggers.CreateLogger<RevocationLoop>(), clock);
        using var collector = new MetricsCollector(logger: loggers.CreateLogger<MetricsCollector>());
        await using var server =
            options.MetricsPort == 0
                ? null
                : await HealthServer.StartAsync(
                    options.BindAddress,
                    options.MetricsPort,
                    collector,
                    [client.Health, .. readiness.Sources],
                    loggers,
                    cancellationToken
                );
        await TaskGroup.RunAsync(
            [
                stop => watch.RunAsync(signal, stop),
                stop => loop.RunAsync(signal, stop),
                events.RunAsync,
                denials.RunAsync,
                stop => revocation.RunAsync(tightened, stop),
            ],
            cancellationToken
        );
        // Only a fault in the program can bring it here: none of these is to end before it is told to.
        LogEnded(logger);
        return ExitCodes.Failure;
    }

    private static EventRecorder Recorder(KubernetesClient client, string node, ILoggerFactory loggers, TimeProvider clock) =>
        new(client, new() { Controller = "palisade.dev/agent", Instance = node }, loggers.CreateLogger<EventRecorder>(), clock);

    private static SyncLoopOptions LoopOptions(AgentOptions options, DataplaneOptions dataplane, DirtySignal tightened) =>
        new()
        {
            NodeName = options.NodeName,
            Dataplane = dataplane,
            VerifyInterval = options.VerifyInterval,
            OnTightened = tightened.Mark,
            AdaptToNode = NodeNetwork.Adapt,
            CheckBridge = () => BridgeNetfilter.Check(options.SetBridgeNetfilter),
        };

    private static void Configure(ILoggingBuilder logging, LogFormat format)
    {
        // The web server would log every probe of the kubelet's.
        logging.AddFilter("Microsoft", LogLevel.Warning);
        _ =
            format == LogFormat.Json
                ? logging.AddJsonConsole(console => console.UseUtcTimestamp = true)
                : logging.AddSimpleConsole(console =>
                {
                    console.SingleLine = true;
                    console.UseUtcTimestamp = true;
                    console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
                });
    }

    [LoggerMessage(
        Level = LogLevel.Critical,
        Message = "A part of the agent ended, which none may; the agent ends with it. The rules stay in force"
    )]
    private static partial void LogEnded(ILogger logger);

    [LoggerMessage(Level = LogLevel.Information, Message = "Node {Node}, API server {Server}, iptables backend {Backend}: {Reason}")]
    private static partial void LogStarting(ILogger logger, string node, Uri server, NetfilterBackend backend, string reason);
}
