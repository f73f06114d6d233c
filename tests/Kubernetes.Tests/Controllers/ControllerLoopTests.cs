using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Kubernetes.Caching;
using Palisade.Kubernetes.Client;
using Palisade.Kubernetes.Controllers;
using Palisade.Kubernetes.Queues;

namespace Palisade.Kubernetes.Tests.Controllers;

public sealed class ControllerLoopTests(ApiServerFixture server) : IAsyncDisposable
{
    private readonly CancellationTokenSource end = new();
    private readonly ManualTimeProvider clock = new();
    private readonly RecordingLogger<ControllerLoop<V1NetworkPolicy>> logger = new();
    private readonly RecordingController controller = new();
    private WorkQueue<NamespacedName>? queue;
    private Task running = Task.CompletedTask;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running);
        queue?.Dispose();
        end.Dispose();
    }

    [Fact]
    public async Task RunAsync_EntityComesChangesAndGoes_EachIsReconciled()
    {
        var policy = await StartAsync();
        await SeenAsync("reconcile p");

        policy.Spec!.PolicyTypes = ["Egress"];
        await server.Client.UpdateAsync(policy, Token);
        await SeenAsync("reconcile p", "reconcile p");
        await server.Client.DeleteAsync<V1NetworkPolicy>(NamespacedName.Of(policy), null, Token);

        await SeenAsync("reconcile p", "reconcile p", "deleted p");
    }

    [Fact]
    public async Task RunAsync_Failure_IsTriedAgainWithBackoffAndLoggedWithItsReason()
    {
        controller.Results.Enqueue(() => ReconciliationResult<V1NetworkPolicy>.Failure("NoLuck", "no luck this time"));
        controller.Results.Enqueue(() => throw new InvalidOperationException("broken"));
        await StartAsync();

        await SeenAsync("reconcile p");
        await Eventually.TrueAsync(() => clock.Timers > 0, Token);
        clock.Advance(TimeSpan.FromSeconds(0.2));
        await SeenAsync("reconcile p", "reconcile p");
        await Eventually.TrueAsync(() => clock.Timers > 0, Token);
        clock.Advance(TimeSpan.FromSeconds(0.3));
        await SeenAsync("reconcile p", "reconcile p", "reconcile p");

        logger.Messages.Count.ShouldBe(2);
        logger.Messages.First().ShouldContain("(NoLuck: no luck this time)");
        logger.Messages.Last().ShouldContain("(InvalidOperationException: broken)");
    }

    [Fact]
    public async Task RunAsync_TerminalFailure_IsNotTriedAgainUntilTheEntityChanges()
    {
        controller.Results.Enqueue(() => ReconciliationResult<V1NetworkPolicy>.Terminal("Hopeless", "will never do"));
        var policy = await StartAsync();
        await SeenAsync("reconcile p");
        await Eventually.TrueAsync(() => logger.Messages.Count == 1, Token);

        clock.Advance(TimeSpan.FromHours(1));
        queue!.Count.ShouldBe(0);
        policy.Spec!.PolicyTypes = ["Egress"];
        await server.Client.UpdateAsync(policy, Token);

        await SeenAsync("reconcile p", "reconcile p");
    }

    [Fact]
    public async Task RunAsync_SuccessWithATime_IsDoneAgainThen()
    {
        controller.Results.Enqueue(() => ReconciliationResult<V1NetworkPolicy>.Success(TimeSpan.FromMinutes(10)));
        await StartAsync();
        await SeenAsync("reconcile p");
        await Eventually.TrueAsync(() => clock.Timers > 0, Token);

        clock.Advance(TimeSpan.FromMinutes(10));

        await SeenAsync("reconcile p", "reconcile p");
    }

    [Fact]
    public async Task RunAsync_PrerequisiteNotSynced_ReconcilesNothing()
    {
        await using var faults = new FaultServer(exchange => exchange.StaySilentAsync());
        using var client = new KubernetesClient(faults.Options);
        var unsynced = new Informer<V1Node>(client, new InformerOptions<V1Node>(), NullLogger<Informer<V1Node>>.Instance);
        var waiting = unsynced.RunAsync(end.Token);
        await StartAsync(unsynced);
        await Eventually.TrueAsync(() => faults.Exchanges.Count == 1 && queue!.Count == 1, Token);

        controller.Seen.ShouldBeEmpty();
        await end.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
    }

    private async Task<V1NetworkPolicy> StartAsync(params IInformer[] prerequisites)
    {
        var inNamespace = (await server.CreateNamespaceAsync(null, Token)).Metadata.Name;
        var policy = await server.Client.CreateAsync(
            new V1NetworkPolicy
            {
                Metadata = { Name = "p", NamespaceProperty = inNamespace },
                Spec = new V1NetworkPolicySpec { PodSelector = new V1LabelSelector() },
            },
            Token
        );
        var options = new InformerOptions<V1NetworkPolicy> { Selection = new ListOptions { Namespace = inNamespace } };
        var informer = new Informer<V1NetworkPolicy>(server.Client, options, NullLogger<Informer<V1NetworkPolicy>>.Instance);
        queue = new WorkQueue<NamespacedName>("test", new BackoffOptions { Jitter = 0 }, clock);
        var loop = new ControllerLoop<V1NetworkPolicy>(
            informer,
            queue,
            controller,
            new ControllerLoopOptions { Prerequisites = prerequisites },
            logger
        );
        running = Task.WhenAll(informer.RunAsync(end.Token), loop.RunAsync(end.Token));
        return policy;
    }

    private Task SeenAsync(params string[] expected) => Eventually.TrueAsync(() => controller.Seen.SequenceEqual(expected), Token);

    private sealed class RecordingController : IEntityController<V1NetworkPolicy>
    {
        public ConcurrentQueue<string> Seen { get; } = new();

        public ConcurrentQueue<Func<ReconciliationResult<V1NetworkPolicy>>> Results { get; } = new();

        public Task<ReconciliationResult<V1NetworkPolicy>> ReconcileAsync(V1NetworkPolicy entity, CancellationToken cancellationToken) =>
            Answer($"reconcile {entity.Metadata.Name}");

        public Task<ReconciliationResult<V1NetworkPolicy>> DeletedAsync(NamespacedName key, CancellationToken cancellationToken) =>
            Answer($"deleted {key.Name}");

        private Task<ReconciliationResult<V1NetworkPolicy>> Answer(string what)
        {
            Seen.Enqueue(what);
            return Task.FromResult(Results.TryDequeue(out var result) ? result() : ReconciliationResult<V1NetworkPolicy>.Success());
        }
    }
}
