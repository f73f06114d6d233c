using System.Diagnostics.Metrics;
using Palisade.Kubernetes.Client;
using Palisade.Kubernetes.Events;
using Palisade.Kubernetes.Leases;
using Palisade.Operator.Caches;
using Palisade.Operator.Ledgers;
using Palisade.Operator.Metrics;
using Palisade.Operator.Planning;
using Palisade.Operator.Reconciling;
using Palisade.Operator.Writing;

namespace Palisade.Operator.Hosting;

/// <summary>
/// Runs the operator: the caches always, so that a replica that waits can take over at once; the work only while this replica leads.
/// </summary>
internal sealed class OperatorService : BackgroundService
{
    private const string LeaseName = "palisade-operator";
    private readonly IKubernetesClient client;
    private readonly OperatorOptions options;
    private readonly OperatorMetrics metrics;
    private readonly ILoggerFactory loggers;
    private readonly TimeProvider clock;
    private readonly SpecAgreement agreement = new();
    private readonly Stamper stamper;
    private readonly EventRecorder events;
    private volatile LeaderTerm? term;

    /// <summary>Makes the service; nothing runs before it is started.</summary>
    public OperatorService(
        IKubernetesClient client,
        OperatorOptions options,
        OperatorMetrics metrics,
        ILoggerFactory loggers,
        TimeProvider clock
    )
    {
        (this.client, this.options, this.metrics, this.loggers, this.clock) = (client, options, metrics, loggers, clock);
        var slimming = new NetworkPolicySlimming();
        Caches = new OperatorCaches(client, slimming, loggers);
        stamper = new Stamper(client, slimming, agreement, metrics, clock, options.Workers);
        var recorder = new EventRecorderOptions { Controller = "palisade.dev/operator", Instance = options.Identity };
        events = new EventRecorder(client, recorder, loggers.CreateLogger<EventRecorder>(), clock);
        AddGauges();
    }

    /// <summary>What is watched.</summary>
    public OperatorCaches Caches { get; }

    /// <summary>Whether this replica is the one that writes.</summary>
    public bool Leads => term is not null;

    /// <inheritdoc/>
    public override void Dispose()
    {
        stamper.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        Task[] parts = [Caches.RunAsync(ended.Token), events.RunAsync(ended.Token), CompeteAsync(ended.Token)];
        try
        {
            // None of them ends by itself: when one does, the others must not go on without it.
            await await Task.WhenAny(parts);
        }
        finally
        {
            await ended.CancelAsync();
            await Task.WhenAll(parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task CompeteAsync(CancellationToken cancellationToken)
    {
        if (!options.LeaderElect)
        {
            return LeadAsync(cancellationToken);
        }

        var election = new LeaderElectionOptions
        {
            Namespace = options.Namespace,
            Name = LeaseName,
            Identity = options.Identity,
        };
        var elector = new LeaderElector(client, election, loggers.CreateLogger<LeaderElector>(), clock);
        return elector.RunAsync(LeadAsync, cancellationToken);
    }

    private async Task LeadAsync(CancellationToken cancellationToken)
    {
        using var mine = new LeaderTerm(client, Caches, stamper, agreement, events, metrics, options, loggers, clock);
        term = mine;
        try
        {
            await mine.RunAsync(cancellationToken);
        }
        finally
        {
            term = null;
        }
    }

    private void AddGauges()
    {
        metrics.AddGauge(
            "palisade_operator_leader",
            "1 on the replica that writes, 0 on those that wait.",
            () => [new Measurement<long>(Leads ? 1 : 0)]
        );
        metrics.AddGauge(
            "palisade_operator_namespaces",
            "Namespaces of each custom resource, by state: matched, up_to_date, failed.",
            () => (term?.Summaries ?? []).SelectMany(entry => Measure(entry.Kind, entry.Name, entry.Summary))
        );
    }

    private static IEnumerable<Measurement<long>> Measure(string kind, string name, LedgerSummary summary)
    {
        return [With(summary.Matched, "matched"), With(summary.UpToDate, "up_to_date"), With(summary.Failed, "failed")];

        Measurement<long> With(int value, string state) => new(value, new("kind", kind), new("name", name), new("state", state));
    }
}
