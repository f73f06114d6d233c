using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Runtime.Caching;
using Palisade.Runtime.Controllers;
using Palisade.Runtime.Queues;

namespace Palisade.Runtime.Tests.Controllers;

/// <summary>A fault in the loop itself, as opposed to one in what it reconciles.</summary>
public sealed class DeadWorkerTests
{
    [Fact]
    public async Task RunAsync_OneWorkerOfSeveralFails_EndsTheLoop()
    {
        var token = TestContext.Current.CancellationToken;
        await using var server = new FaultServer(exchange =>
            exchange.IsWatch
                ? exchange.StaySilentAsync()
                : exchange.RespondAsync(
                    200,
                    """{"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"a","resourceVersion":"1"}}]}"""
                )
        );
        using var client = new KubernetesClient(server.Options);
        var informer = new Informer<V1Namespace>(client, new(), NullLogger<Informer<V1Namespace>>.Instance);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(token);
        var watching = informer.RunAsync(end.Token);
        using var queue = new WorkQueue<NamespacedName>("test", new BackoffOptions());
        var loop = new ControllerLoop<V1Namespace>(informer, queue, new Failing(), new() { Workers = 4 }, new BrokenLogger());

        var failure = await Should.ThrowAsync<InvalidOperationException>(() =>
            loop.RunAsync(token).WaitAsync(TimeSpan.FromMinutes(1), token)
        );

        failure.Message.ShouldBe("the log cannot be written");
        await end.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => watching);
    }

    private sealed class Failing : IEntityController<V1Namespace>
    {
        public Task<ReconciliationResult<V1Namespace>> ReconcileAsync(V1Namespace entity, CancellationToken cancellationToken) =>
            Task.FromResult(ReconciliationResult<V1Namespace>.Failure("NoLuck", "no luck this time"));

        public Task<ReconciliationResult<V1Namespace>> DeletedAsync(NamespacedName key, CancellationToken cancellationToken) =>
            Task.FromResult(ReconciliationResult<V1Namespace>.Failure("NoLuck", "no luck this time"));
    }

    private sealed class BrokenLogger : ILogger<ControllerLoop<V1Namespace>>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => throw new InvalidOperationException("the log cannot be written");
    }
}
