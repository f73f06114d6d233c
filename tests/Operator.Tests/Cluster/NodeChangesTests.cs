using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Kubernetes.Client;
using Palisade.Operator.Caches;
using Palisade.Testing;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>Changes of nodes are gathered; the clock stands still.</summary>
[Collection<BareCollection>]
public sealed class NodeChangesTests : OperatorTest, IAsyncLifetime
{
    private readonly ManualTimeProvider _clock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly KubernetesClient _client;
    private readonly OperatorCaches _caches;
    private readonly ClusterContext _context;
    private Task _watching = Task.CompletedTask;
    private int _changes;

    public NodeChangesTests(OperatorCluster cluster)
        : base(cluster)
    {
        _client = new KubernetesClient(cluster.AsOperator);
        _caches = new OperatorCaches(_client, new NetworkPolicyTrimmer(), NullLoggerFactory.Instance);
        _context = new ClusterContext(_caches, new OperatorOptions(), _clock);
    }

    [Fact]
    public async Task Follow_NodesComeInAStream_FirstAtOnceAndTheRestTogetherAfterThePeriod()
    {
        _context.Follow(() => Interlocked.Increment(ref _changes));
        await NodeAsync();
        var first = _context.Current;
        Volatile.Read(ref _changes).ShouldBe(1);
        first.Nodes.Length.ShouldBe(_caches.Nodes.List().Count);

        for (var i = 0; i < 5; i++)
        {
            await NodeAsync();
        }

        Volatile.Read(ref _changes).ShouldBe(1);
        _context.Current.ShouldBeSameAs(first);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Volatile.Read(ref _changes).ShouldBe(2);
        _context.Current.Nodes.Length.ShouldBe(first.Nodes.Length + 5);
    }

    public async ValueTask InitializeAsync()
    {
        _watching = _caches.RunAsync(_stop.Token);
        await _caches.WaitForSyncAsync(Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        _context.Dispose();
        await _stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(_watching);
        _client.Dispose();
        _stop.Dispose();
    }

    /// <summary>Creates a node, and waits until subscribers have heard of it.</summary>
    private async Task NodeAsync()
    {
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var name = OperatorCluster.Unique("node");
        using var subscription = _caches.Nodes.Subscribe(key =>
        {
            if (key.Name == name)
            {
                heard.TrySetResult();
            }
        });
        await Client.CreateAsync(new V1Node { Metadata = new() { Name = name } }, Cancel);
        await heard.Task.WaitAsync(Cancel);
    }
}
