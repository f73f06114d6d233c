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

/// <summary>Rounds that find the caches and marks in a state that a running operator meets rarely.</summary>
[Collection<BareCollection>]
public sealed class StampRoundTests : OperatorTest, IAsyncLifetime
{
    private readonly OperatorMetrics _metrics = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Ledger _ledger = new();
    private readonly OperatorCaches _caches;
    private readonly Stamper _stamper;
    private readonly StampRound _round;
    private Task _watching = Task.CompletedTask;

    public StampRoundTests(OperatorCluster cluster)
        : base(cluster)
    {
        var (slimming, agreement) = (new NetworkPolicySlimming(), new SpecAgreement());
        _stamper = new Stamper(Client, slimming, agreement, _metrics, TimeProvider.System, parallel: 2);
        _caches = new OperatorCaches(Client, slimming, NullLoggerFactory.Instance);
        _round = new StampRound(_caches, new StampPlanner(agreement), _stamper, new BackoffOptions(), TimeProvider.System);
    }

    [Fact]
    public async Task RunAsync_ChangedTogetherWithTheEchoOfTheLastWrite_IsNotLost()
    {
        var target = await TargetAsync();
        var profile = await ProfileAsync();
        await RoundAsync(profile, everything: true);
        await CachedAsync((await StampedAsync(profile, target)).ShouldNotBeNull());

        profile.Spec.Enforcement = "Audit";
        await RoundAsync(profile, everything: true, (target.Metadata.Name, Staleness.Policy));

        (await StampedAsync(profile, target)).ShouldBeNull();
    }

    [Fact]
    public async Task RunAsync_OwnerTakenAway_IsPutBackOnlyWhileTheCustomResourceLives()
    {
        var target = await TargetAsync();
        var profile = await ProfileAsync();
        await RoundAsync(profile, everything: true);
        // As the garbage collector does for --cascade=orphan, before the cache shows that the custom resource is being deleted.
        var stamped = (await StampedAsync(profile, target)).ShouldNotBeNull();
        stamped.Metadata.OwnerReferences = null;
        var orphan = await Client.UpdateAsync(stamped, Cancel);
        await CachedAsync(orphan);

        var result = await RoundAsync(profile, everything: false, isAlive: false, (target.Metadata.Name, Staleness.Policy));

        result.ShouldBe(RoundResult.CacheIsBehind);
        (await StampedAsync(profile, target))!.Metadata.ResourceVersion.ShouldBe(orphan.Metadata.ResourceVersion);

        await RoundAsync(profile, everything: true);
        (await StampedAsync(profile, target))!.Metadata.OwnerReferences!.ShouldHaveSingleItem().Uid.ShouldBe(profile.Metadata.Uid);
    }

    public async ValueTask InitializeAsync()
    {
        _watching = _caches.RunAsync(_stop.Token);
        await _caches.WaitForSyncAsync(Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(_watching);
        _stamper.Dispose();
        _metrics.Dispose();
        _stop.Dispose();
    }

    private Task<RoundResult> RoundAsync(DefaultDenyProfile profile, bool everything, params (string Namespace, Staleness Why)[] marks) =>
        RoundAsync(profile, everything, isAlive: true, marks);

    private async Task<RoundResult> RoundAsync(
        DefaultDenyProfile profile,
        bool everything,
        bool isAlive,
        params (string Namespace, Staleness Why)[] marks
    )
    {
        var stale = marks.ToDictionary(mark => mark.Namespace, mark => mark.Why, StringComparer.Ordinal);
        var expansions = new Expansions(new DefaultDenyProfileSource(profile, "palisade-system"), new ExpansionContext());
        return await _round.RunAsync(expansions, _ledger, new(everything, stale), _ => Task.FromResult(isAlive), Cancel);
    }

    private async Task<V1Namespace> TargetAsync()
    {
        var target = await NamespaceAsync();
        await Eventually.TrueAsync(() => _caches.Namespaces.Get(NamespacedName.Of(target)) is not null, Cancel);
        return target;
    }

    private Task CachedAsync(V1NetworkPolicy policy) =>
        Eventually.TrueAsync(
            () => _caches.Policies.Get(NamespacedName.Of(policy))?.Metadata.ResourceVersion == policy.Metadata.ResourceVersion,
            Cancel
        );
}
