using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Runtime.Caching;
using Palisade.Runtime.Controllers;
using Palisade.Runtime.Queues;

namespace Palisade.Runtime.Tests.Controllers;

public sealed class ControllerLoopTests(ApiServerFixture server) : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly RecordingLogger<ControllerLoop<V1NetworkPolicy>> _logger = new();
    private readonly RecordingController _controller = new();
    private WorkQueue<NamespacedName>? _queue;
    private Task _running = Task.CompletedTask;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => _running);
        _queue?.Dispose();
        _end.Dispose();
    }

    [Fact]
    public async Task RunAsync_EntityComesChangesAndGoes_EachIsReconciled()
    {
        var policy = await StartAsync();
        await SeenAsync("reconcile p");

        policy.Spec!.PolicyTypes = ["Egress"];
        await server.Client.UpdateAsync(policy, Token);
        await SeenAsync("reconcile p", "reconcile p");
        await server.Client.DeleteAsync<V1NetworkPolicy>(NamespacedName.From(policy), null, Token);

        await SeenAsync("reconcile p", "reconcile p", "deleted p");
    }

    [Fact]
    public async Task RunAsync_Failure_IsTriedAgainWithBackoffAndLoggedWithItsReason()
    {
        _controller.Results.Enqueue(() => ReconciliationResult<V1NetworkPolicy>.Failure("NoLuck", "no luck this time"));
        _controller.Results.Enqueue(() => throw new InvalidOperationException("broken"));
        await StartAsync();

        await SeenAsync("reconcile p");
        await Eventually.TrueAsync(() => _clock.Timers > 0, Token);
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        await SeenAsync("reconcile p", "reconcile p");
        await Eventually.TrueAsync(() => _clock.Timers > 0, Token);
        _clock.Advance(TimeSpan.FromSeconds(0.3));
        await SeenAsync("reconcile p", "reconcile p", "reconcile p");

        _logger.Messages.Count.ShouldBe(2);
        _logger.Messages.First().ShouldContain("(NoLuck: no luck this time)");
        _logger.Messages.Last().ShouldContain("(InvalidOperationException: broken)");
    }

    [Fact]
    public async Task RunAsync_TerminalFailure_IsNotTriedAgainUntilTheEntityChanges()
    {
        _controller.Results.Enqueue(() => ReconciliationResult<V1NetworkPolicy>.Terminal("Hopeless", "will never do"));
        var policy = await StartAsync();
        await SeenAsync("reconcile p");
        await Eventually.TrueAsync(() => _logger.Messages.Count == 1, Token);

        _clock.Advance(TimeSpan.FromHours(1));
        _queue!.Count.ShouldBe(0);
        policy.Spec!.PolicyTypes = ["Egress"];
        await server.Client.UpdateAsync(policy, Token);

        await SeenAsync("reconcile p", "reconcile p");
    }

    [Fact]
    public async Task RunAsync_TerminalFailureAgain_IsLoggedOnceUntilItChangesOrIsOver()
    {
        foreach (var error in (string?[])["one", "one", "other", null, "other"])
        {
            _controller.Results.Enqueue(() =>
                error is null
                    ? ReconciliationResult<V1NetworkPolicy>.Success()
                    : ReconciliationResult<V1NetworkPolicy>.Terminal("Hopeless", error)
            );
        }

        var policy = await StartAsync();
        for (var times = 1; times <= 6; times++)
        {
            await SeenAsync([.. Enumerable.Repeat("reconcile p", times)]);
            _queue!.Add(NamespacedName.From(policy));
        }

        _logger
            .Messages.Select(message => message[message.IndexOf("(Hopeless", StringComparison.Ordinal)..])
            .ShouldBe(["(Hopeless: one)", "(Hopeless: other)", "(Hopeless: other)"]);
    }

    [Fact]
    public async Task RunAsync_TerminalFailureWithATime_IsDoneAgainThenAndLoggedOnce()
    {
        var later = TimeSpan.FromMinutes(10);
        for (var i = 0; i < 2; i++)
        {
            _controller.Results.Enqueue(() => ReconciliationResult<V1NetworkPolicy>.Terminal("Hopeless", "one", requeueAfter: later));
        }

        await StartAsync();
        await SeenAsync("reconcile p");
        await Eventually.TrueAsync(() => _clock.Timers > 0, Token);

        _clock.Advance(later);

        await SeenAsync("reconcile p", "reconcile p");
        await Eventually.TrueAsync(() => _clock.Timers > 0, Token);
        _logger.Messages.Count.ShouldBe(1);
    }

    [Fact]
    public async Task RunAsync_SuccessWithATime_IsDoneAgainThen()
    {
        _controller.Results.Enqueue(() => ReconciliationResult<V1NetworkPolicy>.Success(TimeSpan.FromMinutes(10)));
        await StartAsync();
        await SeenAsync("reconcile p");
        await Eventually.TrueAsync(() => _clock.Timers > 0, Token);

        _clock.Advance(TimeSpan.FromMinutes(10));

        await SeenAsync("reconcile p", "reconcile p");
    }

    [Fact]
    public async Task RunAsync_PrerequisiteNotSynced_ReconcilesNothing()
    {
        await using var faults = new FaultServer(exchange => exchange.StaySilentAsync());
        using var client = new KubernetesClient(faults.Options);
        var unsynced = new Informer<V1Node>(client, new InformerOptions<V1Node>(), NullLogger<Informer<V1Node>>.Instance);
        var waiting = unsynced.RunAsync(_end.Token);
        await StartAsync(unsynced);
        await Eventually.TrueAsync(() => faults.Exchanges.Count == 1 && _queue!.Count == 1, Token);

        _controller.Seen.ShouldBeEmpty();
        await _end.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
    }

    private async Task<V1NetworkPolicy> StartAsync(params IInformer[] prerequisites)
    {
        var inNamespace = (await server.CreateNamespaceAsync(null, Token)).Metadata.Name;
        var policy = await server.Client.CreateAsync(
            new V1NetworkPolicy
            {
                Metadata = new() { Name = "p", NamespaceProperty = inNamespace },
                Spec = new V1NetworkPolicySpec { PodSelector = new V1LabelSelector() },
            },
            Token
        );
        var options = new InformerOptions<V1NetworkPolicy> { Selection = new ListOptions { Namespace = inNamespace } };
        var informer = new Informer<V1NetworkPolicy>(server.Client, options, NullLogger<Informer<V1NetworkPolicy>>.Instance);
        _queue = new WorkQueue<NamespacedName>("test", new BackoffOptions { Jitter = 0 }, _clock);
        var loop = new ControllerLoop<V1NetworkPolicy>(
            informer,
            _queue,
            _controller,
            new ControllerLoopOptions { Prerequisites = prerequisites },
            _logger
        );
        _running = Task.WhenAll(informer.RunAsync(_end.Token), loop.RunAsync(_end.Token));
        return policy;
    }

    private Task SeenAsync(params string[] expected) => Eventually.TrueAsync(() => _controller.Seen.SequenceEqual(expected), Token);

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
