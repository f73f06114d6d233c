using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
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
    private readonly KubernetesClient _client;
    private readonly OperatorCaches _caches;
    private readonly Stamper _stamper;
    private readonly StampRound _round;
    private Task _watching = Task.CompletedTask;

    public StampRoundTests(OperatorCluster cluster)
        : base(cluster)
    {
        var (slimming, agreement) = (new NetworkPolicySlimming(), new SpecAgreement());
        _client = new KubernetesClient(cluster.AsOperator);
        _stamper = new Stamper(_client, slimming, agreement, _metrics, TimeProvider.System, parallel: 2);
        _caches = new OperatorCaches(_client, slimming, NullLoggerFactory.Instance);
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

    [Fact]
    public async Task RunAsync_TimeIsLeft_GoesOnWithWhatWasLeft()
    {
        var profile = await ProfileAsync();
        var targets = await TargetsAsync();

        (await RunAsync(Round(new ManualTimeProvider()), profile)).ShouldBe(RoundResult.Done);

        foreach (var target in targets)
        {
            (await StampedAsync(profile, target)).ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task RunAsync_TimeIsUp_LeavesTheRestToTheNextRounds()
    {
        var profile = await ProfileAsync();
        var targets = await TargetsAsync();
        var round = Round(new HurriedClock());

        (await RunAsync(round, profile)).ShouldBe(RoundResult.MoreToDo);

        (await StampedAsync(profile, targets[0])).ShouldNotBeNull();
        (await StampedAsync(profile, targets[1])).ShouldBeNull();
        _ledger.Summarize().Pending.ShouldBe(1);
        (await RunAsync(round, profile, everything: false)).ShouldBe(RoundResult.Done);
        (await StampedAsync(profile, targets[1])).ShouldNotBeNull();
    }

    [Fact]
    public async Task RunAsync_LeftOneIsMarkedToo_IsWrittenOnce()
    {
        var profile = await ProfileAsync();
        var targets = await TargetsAsync();
        (await RunAsync(Round(new HurriedClock()), profile)).ShouldBe(RoundResult.MoreToDo);
        var before = Cluster.Requests.Length;

        await RoundAsync(profile, everything: false, (targets[1].Metadata.Name, Staleness.Namespace));

        Cluster.Requests.WritesSince(before).ShouldBe([$"patch networkpolicies {targets[1].Metadata.Name}/{NameOf(profile)}"]);
        _ledger.Backlog.ShouldBeEmpty();
    }

    [Fact]
    public async Task RunAsync_LeftOneIsDoubtful_IsNotWrittenBeforeTheNextRoundHasConfirmed()
    {
        var profile = await ProfileAsync();
        var targets = await TargetsAsync();
        var (certain, doubtful) = (targets[0], targets[1]);
        await RoundAsync(profile, everything: true);
        var stamped = (await StampedAsync(profile, doubtful)).ShouldNotBeNull();
        stamped.Metadata.OwnerReferences = null;
        var orphan = await Client.UpdateAsync(stamped, Cancel);
        await CachedAsync(orphan);
        await CachedAsync((await StampedAsync(profile, certain)).ShouldNotBeNull());
        // As after a restart: nothing is remembered, and the first has to be written once more.
        _ledger.Clear();
        profile.Spec.PolicyTypes = ["Ingress"];
        var round = Round(new ManualTimeProvider());

        (await RunAsync(round, profile)).ShouldBe(RoundResult.MoreToDo);
        (await RunAsync(round, profile, everything: false, isAlive: false)).ShouldBe(RoundResult.CacheIsBehind);

        (await StampedAsync(profile, certain))!.Spec!.PolicyTypes.ShouldBe(["Ingress"]);
        (await StampedAsync(profile, doubtful))!.Metadata.ResourceVersion.ShouldBe(orphan.Metadata.ResourceVersion);
    }

    [Theory]
    [InlineData(Staleness.Policy)]
    [InlineData(Staleness.Namespace)]
    [InlineData(Staleness.Namespace | Staleness.Policy)]
    public async Task RunAsync_CacheYetShowsWhatWasBeforeTheLastWrite_WritesNothing(object why)
    {
        var target = await TargetAsync();
        var profile = await ProfileAsync();
        await RoundAsync(profile, everything: true);
        var behind = new StampRound(
            await StoppedAsync(),
            new StampPlanner(new SpecAgreement()),
            _stamper,
            new BackoffOptions(),
            TimeProvider.System
        );
        profile.Spec.PolicyTypes = ["Ingress"];
        await RunAsync(behind, profile);
        var before = Cluster.Requests.Length;

        // The echo of the first write comes when the second is done.
        await RunAsync(behind, profile, everything: false, marks: (target.Metadata.Name, (Staleness)why));
        await RunAsync(behind, profile, everything: false, marks: (target.Metadata.Name, Staleness.Policy));

        Cluster.Requests.WritesSince(before).ShouldBeEmpty();
        (await StampedAsync(profile, target))!.Spec!.PolicyTypes.ShouldBe(["Ingress"]);
    }

    [Fact]
    public async Task RunAsync_CacheNeverShowsWhatWasWritten_LooksAgainInTheEnd()
    {
        var target = await TargetAsync();
        var profile = await ProfileAsync();
        var clock = new ManualTimeProvider();
        using var stamper = new Stamper(_client, new NetworkPolicySlimming(), new SpecAgreement(), _metrics, clock, parallel: 1);
        var round = new StampRound(await StoppedAsync(), new StampPlanner(new SpecAgreement()), stamper, new BackoffOptions(), clock);
        await RunAsync(round, profile);
        // Between the end of a watch and the list after it: neither shows that it ever was.
        await DeleteAsync((await StampedAsync(profile, target)).ShouldNotBeNull());
        await RunAsync(round, profile, everything: false);
        (await StampedAsync(profile, target)).ShouldBeNull("the watch may yet show it");

        clock.Advance(_ledger.Summarize().NextRetry.ShouldNotBeNull() - clock.GetUtcNow());
        await RunAsync(round, profile, everything: false);

        (await StampedAsync(profile, target)).ShouldNotBeNull();
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
        _client.Dispose();
        _metrics.Dispose();
        _stop.Dispose();
    }

    private Task<RoundResult> RoundAsync(DefaultDenyProfile profile, bool everything, params (string Namespace, Staleness Why)[] marks) =>
        RoundAsync(profile, everything, isAlive: true, marks);

    private Task<RoundResult> RoundAsync(
        DefaultDenyProfile profile,
        bool everything,
        bool isAlive,
        params (string Namespace, Staleness Why)[] marks
    ) => RunAsync(_round, profile, everything, isAlive, marks);

    private Task<RoundResult> RunAsync(
        StampRound round,
        DefaultDenyProfile profile,
        bool everything = true,
        bool isAlive = true,
        params (string Namespace, Staleness Why)[] marks
    )
    {
        var stale = marks.ToDictionary(mark => mark.Namespace, mark => mark.Why, StringComparer.Ordinal);
        var expansions = new Expansions(new DefaultDenyProfileSource(profile, "palisade-system"), new ExpansionContext());
        return round.RunAsync(expansions, _ledger, new(everything, stale), _ => Task.FromResult(isAlive), Cancel);
    }

    /// <summary>A round that decides about one namespace before it begins to write.</summary>
    private StampRound Round(TimeProvider clock) =>
        new(_caches, new StampPlanner(new SpecAgreement()), _stamper, new BackoffOptions(), clock, firstWrites: 1);

    private async Task<V1Namespace> TargetAsync()
    {
        var target = await NamespaceAsync();
        await Eventually.TrueAsync(() => _caches.Namespaces.Get(NamespacedName.Of(target)) is not null, Cancel);
        return target;
    }

    /// <summary>Two namespaces, in the order in which they are looked at.</summary>
    private async Task<V1Namespace[]> TargetsAsync() =>
        [.. new[] { await TargetAsync(), await TargetAsync() }.OrderBy(target => target.Metadata.Name, StringComparer.Ordinal)];

    /// <summary>Caches that show the cluster as it is now and nothing that comes later.</summary>
    private async Task<OperatorCaches> StoppedAsync()
    {
        var caches = new OperatorCaches(_client, new NetworkPolicySlimming(), NullLoggerFactory.Instance);
        using var stop = new CancellationTokenSource();
        var watching = caches.RunAsync(stop.Token);
        await caches.WaitForSyncAsync(Cancel);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(watching);
        return caches;
    }

    private Task CachedAsync(V1NetworkPolicy policy) =>
        Eventually.TrueAsync(
            () => _caches.Policies.Get(NamespacedName.Of(policy))?.Metadata.ResourceVersion == policy.Metadata.ResourceVersion,
            Cancel
        );

    /// <summary>Each look at it finds that a long time has passed.</summary>
    private sealed class HurriedClock : TimeProvider
    {
        private long _now;

        public override long GetTimestamp() => _now += 10 * TimestampFrequency;
    }
}
