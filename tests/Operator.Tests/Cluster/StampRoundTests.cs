using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Queues;
using Palisade.Operator.Caches;
using Palisade.Operator.Ledgers;
using Palisade.Operator.Metrics;
using Palisade.Operator.Planning;
using Palisade.Operator.Reconciling;
using Palisade.Operator.Sources;
using Palisade.Operator.Writing;
using Palisade.Policy.Expansion;
using Palisade.Testing;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>Rounds with marks in an order that a running operator meets rarely.</summary>
[Collection<BareCollection>]
public sealed class StampRoundTests(OperatorCluster cluster) : OperatorTest(cluster)
{
    [Fact]
    public async Task RunAsync_ChangedTogetherWithTheEchoOfTheLastWrite_IsNotLost()
    {
        var target = await NamespaceAsync();
        var profile = await ProfileAsync();
        using var metrics = new OperatorMetrics();
        var (slimming, agreement) = (new NetworkPolicySlimming(), new SpecAgreement());
        using var stamper = new Stamper(Client, slimming, agreement, metrics, TimeProvider.System, parallel: 2);
        var caches = new OperatorCaches(Client, slimming, NullLoggerFactory.Instance);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = caches.RunAsync(stop.Token);
        await caches.WaitForSyncAsync(Cancel);
        var round = new StampRound(caches, new StampPlanner(agreement), stamper, new BackoffOptions(), TimeProvider.System);
        var ledger = new Ledger();
        await RunAsync(new(All: true, StaleSet.Nothing.Namespaces));
        var stamped = (await StampedAsync(profile, target)).ShouldNotBeNull();
        var key = NamespacedName.Of(stamped);
        await Eventually.TrueAsync(() => caches.Policies.Get(key)?.Metadata.ResourceVersion == stamped.Metadata.ResourceVersion, Cancel);

        profile.Spec.Enforcement = "Audit";
        await RunAsync(
            new(All: true, new Dictionary<string, Staleness>(StringComparer.Ordinal) { [target.Metadata.Name] = Staleness.Policy })
        );

        (await StampedAsync(profile, target)).ShouldBeNull();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);

        Task<RoundResult> RunAsync(StaleSet stale) =>
            round.RunAsync(
                new Expansions(new DefaultDenyProfileSource(profile, "palisade-system"), new ExpansionContext()),
                ledger,
                stale,
                _ => Task.FromResult(true),
                Cancel
            );
    }
}
