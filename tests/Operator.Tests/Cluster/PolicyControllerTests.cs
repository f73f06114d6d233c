using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Operator.Caches;
using Palisade.Operator.Planning;
using Palisade.Operator.Reconciling;
using Palisade.Operator.Sources;
using Palisade.Operator.Statuses;
using Palisade.Operator.Writing;
using Palisade.Runtime.Controllers;
using Palisade.Runtime.Events;
using Palisade.Runtime.Queues;
using Palisade.Testing;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>Work that finds caches and queue in a state that a running operator meets rarely: each step is taken by the test.</summary>
[Collection<BareCollection>]
public sealed class PolicyControllerTests : OperatorTest, IAsyncLifetime
{
    private readonly OperatorMetrics _metrics = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly List<IDisposable> _disposables = [];
    private readonly KubernetesClient _client;
    private readonly OperatorCaches _caches;
    private Task _watching = Task.CompletedTask;

    public PolicyControllerTests(OperatorCluster cluster)
        : base(cluster)
    {
        _client = new KubernetesClient(cluster.AsOperator);
        _caches = new OperatorCaches(_client, new NetworkPolicyTrimmer(), NullLoggerFactory.Instance);
    }

    [Fact]
    public async Task StampAsync_ChangedTogetherWithTheEchoOfTheLastWrite_IsNotLost()
    {
        var target = await TargetAsync();
        var profile = await ProfileAsync();
        var subject = NewSubject(_caches);
        await subject.PlanAsync(profile);
        await subject.StampAsync(profile, target);
        await CachedAsync((await StampedAsync(profile, target)).ShouldNotBeNull());

        await subject.PlanAsync(Changed(profile, spec => spec.Enforcement = "Audit"));
        subject.Controller.PolicyChanged(new(target.Metadata.Name, NameOf(profile)));
        await subject.StampAsync(profile, target);

        (await StampedAsync(profile, target)).ShouldBeNull();
    }

    [Fact]
    public async Task StampAsync_OwnerTakenAway_IsPutBackOnlyWhileTheCustomResourceLives()
    {
        var target = await TargetAsync();
        var profile = await ProfileAsync(entity => entity.Metadata.Finalizers = ["palisade.test/keep"]);
        var subject = NewSubject(_caches);
        await subject.PlanAsync(profile);
        await subject.StampAsync(profile, target);

        await OrphanAsync(profile, target);
        await subject.StampAsync(profile, target);
        (await StampedAsync(profile, target))!.Metadata.OwnerReferences!.ShouldHaveSingleItem().Uid.ShouldBe(profile.Metadata.Uid);

        // As the garbage collector does for --cascade=orphan, before the cache shows that the custom resource is being deleted.
        await DeleteAsync(profile);
        var orphan = await OrphanAsync(profile, target);
        await subject.StampAsync(profile, target);

        (await StampedAsync(profile, target))!.Metadata.ResourceVersion.ShouldBe(orphan.Metadata.ResourceVersion);
        await ChangeAsync(profile, now => now.Metadata.Finalizers = null);
    }

    [Fact]
    public async Task NamespaceChanged_InTheMiddleOfARollOut_ComesFirst()
    {
        V1Namespace[] targets = [await TargetAsync(), await TargetAsync(), await TargetAsync()];
        var profile = await ProfileAsync();
        var subject = NewSubject(_caches);
        await subject.PlanAsync(profile);
        subject.Stamps.Count.ShouldBe(targets.Length);

        subject.Controller.NamespaceChanged(targets[^1].Metadata.Name);

        (await subject.Stamps.TakeAsync(Cancel)).Namespace.ShouldBe(targets[^1].Metadata.Name);
        subject.Stamps.Count.ShouldBe(targets.Length - 1);
    }

    [Fact]
    public async Task ReconcileAsync_NothingHasChanged_PutsNothingIntoTheQueue()
    {
        var target = await TargetAsync();
        var profile = await ProfileAsync();
        var subject = NewSubject(_caches);
        await subject.PlanAsync(profile);
        await subject.Stamps.TakeAsync(Cancel);
        await subject.StampAsync(profile, target);
        await CachedAsync((await StampedAsync(profile, target)).ShouldNotBeNull());

        // As the echo of the status, and of the custom resource's annotations.
        await subject.PlanAsync(profile);
        subject.Controller.ContextChanged();
        await subject.PlanAsync(profile);

        subject.Stamps.Count.ShouldBe(0);
    }

    [Fact]
    public async Task StampAsync_CacheYetShowsWhatWasBeforeTheLastWrite_WritesNothing()
    {
        var target = await TargetAsync();
        var profile = await ProfileAsync();
        var first = NewSubject(_caches);
        await first.PlanAsync(profile);
        await first.StampAsync(profile, target);
        var behind = NewSubject(await StoppedAsync());
        var changed = Changed(profile, spec => spec.PolicyTypes = ["Ingress"]);
        await behind.PlanAsync(changed);
        await behind.StampAsync(changed, target);
        var before = Cluster.Requests.Length;

        // The echo of the first write comes when the second is done; and something happens to the namespace.
        behind.Controller.PolicyChanged(new(target.Metadata.Name, NameOf(profile)));
        await behind.StampAsync(changed, target);
        behind.Controller.NamespaceChanged(target.Metadata.Name);
        await behind.StampAsync(changed, target);

        Cluster.Requests.WritesSince(before).ShouldBeEmpty();
        (await StampedAsync(profile, target))!.Spec!.PolicyTypes.ShouldBe(["Ingress"]);
    }

    [Fact]
    public async Task StampAsync_CacheNeverShowsWhatWasWritten_LooksAgainInTheEnd()
    {
        var target = await TargetAsync();
        var profile = await ProfileAsync();
        var subject = NewSubject(await StoppedAsync());
        await subject.PlanAsync(profile);
        await subject.Stamps.TakeAsync(Cancel);
        await subject.StampAsync(profile, target);
        subject.Stamps.Done(new(profile.Kind, profile.Metadata.Name, target.Metadata.Name));
        // Between the end of a watch and the list after it: neither shows that it ever was.
        await DeleteAsync((await StampedAsync(profile, target)).ShouldNotBeNull());
        await subject.StampAsync(profile, target);
        (await StampedAsync(profile, target)).ShouldBeNull("the watch may yet show it");

        subject.Stamps.Count.ShouldBe(0);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await subject.Stamps.TakeAsync(Cancel);
        await subject.StampAsync(profile, target);

        (await StampedAsync(profile, target)).ShouldNotBeNull();
    }

    [Fact]
    public async Task StampAsync_DeletedBeforeTheWatchHasShownTheWrite_IsWrittenAtOnce()
    {
        var target = await TargetAsync();
        var profile = await ProfileAsync();
        var subject = NewSubject(await StoppedAsync());
        await subject.PlanAsync(profile);
        await subject.StampAsync(profile, target);
        await DeleteAsync((await StampedAsync(profile, target)).ShouldNotBeNull());

        subject.Controller.PolicyChanged(new(target.Metadata.Name, NameOf(profile)));
        await subject.StampAsync(profile, target);

        (await StampedAsync(profile, target)).ShouldNotBeNull();
    }

    [Fact]
    public async Task StampAsync_RulesAddedThatTheCacheDoesNotShow_AreRemovedWhenItDoes()
    {
        var target = await TargetAsync();
        var policy = await ProfileAsync(entity => entity.Spec.PolicyTypes = ["Ingress"]);
        var first = NewSubject(_caches);
        await first.PlanAsync(policy);
        await first.StampAsync(policy, target);
        await CachedAsync((await StampedAsync(policy, target)).ShouldNotBeNull());
        var key = new NamespacedName(target.Metadata.Name, NameOf(policy));
        var everything = new JsonObject
        {
            ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["team"] = "a" } },
            ["spec"] = new JsonObject
            {
                ["podSelector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = "one" } },
                ["egress"] = new JsonArray(new JsonObject()),
                ["policyTypes"] = new JsonArray("Ingress", "Egress"),
            },
        };
        await Client.PatchAsync<V1NetworkPolicy>(key, Patch.Merge(everything), cancellationToken: Cancel);

        // Written once over what the cache does not show, then as often as the cache shows that something is left.
        for (var writes = 0; writes < 3; writes++)
        {
            await first.PlanAsync(Changed(policy, spec => spec.ExcludedNamespaces = [$"nowhere-{writes}"]));
            await first.StampAsync(policy, target);
            await CachedAsync((await StampedAsync(policy, target)).ShouldNotBeNull());
        }

        var now = (await StampedAsync(policy, target))!;
        (now.Spec!.Egress, now.Spec.PolicyTypes!.ShouldHaveSingleItem()).ShouldBe((null, "Ingress"));
        now.Spec.PodSelector!.MatchLabels.ShouldBeNull();
        now.Metadata.Labels!["team"].ShouldBe("a");
        now.Metadata.OwnerReferences!.ShouldHaveSingleItem().Uid.ShouldBe(policy.Metadata.Uid);
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
        _disposables.ForEach(one => one.Dispose());
        _client.Dispose();
        _metrics.Dispose();
        _stop.Dispose();
    }

    /// <summary>A later version of a profile, of which the API server need not know.</summary>
    private static DefaultDenyProfile Changed(DefaultDenyProfile profile, Action<DefaultDenyProfileSpec> change)
    {
        var changed = new DefaultDenyProfile
        {
            Metadata = new()
            {
                Name = profile.Metadata.Name,
                Uid = profile.Metadata.Uid,
                Generation = ++_generation,
                ResourceVersion = profile.Metadata.ResourceVersion,
            },
            Spec = new()
            {
                NamespaceSelector = profile.Spec.NamespaceSelector,
                PolicyTypes = profile.Spec.PolicyTypes,
                Allow = profile.Spec.Allow,
            },
        };
        change(changed.Spec);
        return changed;
    }

    private static long _generation = 1;

    private Subject NewSubject(OperatorCaches caches)
    {
        var subject = new Subject(_client, caches, _metrics, _clock);
        _disposables.Add(subject);
        return subject;
    }

    private async Task<V1NetworkPolicy> OrphanAsync(DefaultDenyProfile profile, V1Namespace target)
    {
        var stamped = (await StampedAsync(profile, target)).ShouldNotBeNull();
        stamped.Metadata.OwnerReferences = null;
        var orphan = await Client.UpdateAsync(stamped, Cancel);
        await CachedAsync(orphan);
        return orphan;
    }

    private async Task<V1Namespace> TargetAsync()
    {
        var target = await NamespaceAsync();
        await Eventually.TrueAsync(() => _caches.Namespaces.Get(NamespacedName.From(target)) is not null, Cancel);
        return target;
    }

    /// <summary>Caches that show the cluster as it is now and nothing that comes later.</summary>
    private async Task<OperatorCaches> StoppedAsync()
    {
        var caches = new OperatorCaches(_client, new NetworkPolicyTrimmer(), NullLoggerFactory.Instance);
        using var stop = new CancellationTokenSource();
        var watching = caches.RunAsync(stop.Token);
        await caches.WaitForSyncAsync(Cancel);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(watching);
        return caches;
    }

    private Task CachedAsync(V1NetworkPolicy policy) =>
        Eventually.TrueAsync(
            () => _caches.Policies.Get(NamespacedName.From(policy))?.Metadata.ResourceVersion == policy.Metadata.ResourceVersion,
            Cancel
        );

    /// <summary>A controller of profiles with queues from which only the test takes.</summary>
    private sealed class Subject : IDisposable
    {
        private readonly ClusterContext _context;
        private readonly WorkQueue<NamespacedName> _resources;

        public Subject(KubernetesClient client, OperatorCaches caches, OperatorMetrics metrics, ManualTimeProvider clock)
        {
            _context = new ClusterContext(caches, new OperatorOptions(), clock);
            _resources = new WorkQueue<NamespacedName>("resources", timeProvider: clock);
            Stamps = new WorkQueue<StampKey>("stamps", timeProvider: clock);
            var kind = SourceKinds.Profiles(caches, "palisade-system");
            var recorder = new EventRecorderOptions { Controller = "test", Instance = "test" };
            var events = new EventRecorder(client, recorder, NullLogger<EventRecorder>.Instance, clock);
            var dropped = new DroppedFields(clock);
            var reconciler = new StampReconciler(caches, new PolicyWriter(client, dropped, metrics, clock), dropped, clock);
            Controller = new PolicyController<DefaultDenyProfile>(
                kind,
                caches,
                new PolicyPlanner(caches, _context, new NetworkPolicyTrimmer(), reconciler, clock),
                reconciler,
                new StatusWriter<DefaultDenyProfile>(kind, client, events, metrics, clock),
                _resources,
                Stamps,
                client,
                clock
            );
        }

        public PolicyController<DefaultDenyProfile> Controller { get; }

        public WorkQueue<StampKey> Stamps { get; }

        public Task<ReconciliationResult<DefaultDenyProfile>> PlanAsync(DefaultDenyProfile profile) =>
            Controller.ReconcileAsync(profile, Cancel);

        public Task<NamespaceOutcome?> StampAsync(DefaultDenyProfile profile, V1Namespace target) =>
            Controller.StampAsync(new(profile.Kind, profile.Metadata.Name, target.Metadata.Name), Cancel);

        public void Dispose()
        {
            _context.Dispose();
            _resources.Dispose();
            Stamps.Dispose();
        }
    }
}
