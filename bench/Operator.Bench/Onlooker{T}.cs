using k8s;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Kubernetes.Client;
using Palisade.Runtime.Caching;

namespace Palisade.Operator.Bench;

/// <summary>A third who watches some objects: told of what happens, rather than asking an API server that has enough to do.</summary>
internal sealed class Onlooker<T> : IAsyncDisposable
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly CancellationTokenSource _ended = new();
    private readonly Informer<T> _informer;
    private readonly Task _watching;

    private Onlooker(IKubernetesClient client, ListOptions selection)
    {
        _informer = new Informer<T>(client, new() { Selection = selection }, NullLogger<Informer<T>>.Instance);
        _watching = _informer.RunAsync(_ended.Token);
    }

    /// <summary>What is seen.</summary>
    public IInformer<T> Seen => _informer;

    /// <summary>Starts to watch, and has seen what is there.</summary>
    public static async Task<Onlooker<T>> StartAsync(IKubernetesClient client, ListOptions selection)
    {
        var onlooker = new Onlooker<T>(client, selection);
        await onlooker._informer.WaitForSyncAsync(CancellationToken.None);
        return onlooker;
    }

    /// <summary>Waits until something is seen to hold.</summary>
    public async Task UntilAsync(Func<IReadOnlyList<T>, bool> holds)
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = _informer.Subscribe(_ => Look());
        Look();
        await held.Task;

        void Look()
        {
            if (holds(_informer.List()))
            {
                held.TrySetResult();
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ended.Dispose();
    }
}
