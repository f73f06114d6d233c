using System.Diagnostics.Metrics;
using Palisade.Kubernetes.Client;
using Palisade.Operator.Caches;
using Palisade.Operator.Reconciling;
using Palisade.Operator.Statuses;
using Palisade.Runtime;
using Palisade.Runtime.Events;
using Palisade.Runtime.Leases;

namespace Palisade.Operator.Hosting;

/// <summary>
/// Runs the operator: the caches always, so that a replica that waits can take over at once; the work only while this replica leads.
/// </summary>
internal sealed class OperatorService : BackgroundService
{
    private const string LeaseName = "palisade-operator";

    /// <summary>Short enough that another replica works 15 seconds after a crash, two looks at the Lease included.</summary>
    private static readonly TimeSpan LeaseDuration = TimeSpan.FromSeconds(11);

    private static readonly TimeSpan RenewDeadline = TimeSpan.FromSeconds(8);
    private readonly IKubernetesClient _client;
    private readonly OperatorOptions _options;
    private readonly OperatorMetrics _metrics;
    private readonly ILoggerFactory _loggers;
    private readonly TimeProvider _clock;
    private readonly NetworkPolicyTrimmer _trimmer = new();
    private volatile LeaderTerm? _term;

    public OperatorService(
        IKubernetesClient client,
        OperatorOptions options,
        OperatorMetrics metrics,
        ILoggerFactory loggers,
        TimeProvider clock
    )
    {
        (_client, _options, _metrics, _loggers, _clock) = (client, options, metrics, loggers, clock);
        Caches = new OperatorCaches(client, _trimmer, loggers);
        AddGauges();
    }

    public OperatorCaches Caches { get; }

    public bool Leads => _term is not null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await TaskGroup.RunAsync([Caches.RunAsync, CompeteAsync], stoppingToken);
        throw new InvalidOperationException("A part of the operator ended, which none may before it is told to.");
    }

    // A replica that cannot read, for want of a role or of a connection, must not keep one that can from leading.
    private async Task CompeteAsync(CancellationToken cancellationToken)
    {
        await Caches.WaitForSyncAsync(cancellationToken);
        if (!_options.LeaderElect)
        {
            await LeadAsync(cancellationToken);
            return;
        }

        var election = new LeaderElectionOptions
        {
            Namespace = _options.Namespace,
            Name = LeaseName,
            Identity = _options.Identity,
            LeaseDuration = LeaseDuration,
            RenewDeadline = RenewDeadline,
        };
        var elector = new LeaderElector(_client, election, _loggers.CreateLogger<LeaderElector>(), _clock);
        await elector.RunAsync(LeadAsync, cancellationToken);
    }

    private async Task LeadAsync(CancellationToken cancellationToken)
    {
        var recorder = new EventRecorderOptions { Controller = "palisade.dev/operator", Instance = _options.Identity };
        var events = new EventRecorder(_client, recorder, _loggers.CreateLogger<EventRecorder>(), _clock);
        using var term = new LeaderTerm(_client, Caches, _trimmer, events, _metrics, _options, _loggers, _clock);
        _term = term;
        try
        {
            // Events are writes too: what was not sent when the Lease is lost stays unsent.
            await TaskGroup.RunAsync([term.RunAsync, events.RunAsync], cancellationToken);
        }
        finally
        {
            _term = null;
        }
    }

    private void AddGauges()
    {
        _metrics.AddGauge(
            "palisade_operator_leader",
            "1 on the replica that writes, 0 on those that wait.",
            () => [new Measurement<long>(Leads ? 1 : 0)]
        );
        _metrics.AddGauge(
            "palisade_operator_namespaces",
            "Namespaces of each custom resource, by state: matched, up_to_date, failed.",
            () => (_term?.Summaries ?? []).SelectMany(entry => Measure(entry.Kind, entry.Name, entry.Summary))
        );
    }

    private static IEnumerable<Measurement<long>> Measure(string kind, string name, OutcomeSummary summary)
    {
        return [With(summary.Matched, "matched"), With(summary.UpToDate, "up_to_date"), With(summary.Failed, "failed")];

        Measurement<long> With(int value, string state) => new(value, new("kind", kind), new("name", name), new("state", state));
    }
}
