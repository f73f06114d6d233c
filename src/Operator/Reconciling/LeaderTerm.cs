using k8s;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Operator.Caches;
using Palisade.Operator.Planning;
using Palisade.Operator.Sources;
using Palisade.Operator.Statuses;
using Palisade.Operator.Writing;
using Palisade.Runtime;
using Palisade.Runtime.Caching;
using Palisade.Runtime.Controllers;
using Palisade.Runtime.Events;
using Palisade.Runtime.Queues;

namespace Palisade.Operator.Reconciling;

/// <summary>
/// The time during which this process leads. Everything that is remembered starts over with it; the caches alone are older. All that writes
/// runs under its token, so nothing is written any more once leadership is lost.
/// </summary>
internal sealed class LeaderTerm : IDisposable
{
    /// <summary>How many custom resources are planned, or have their status written, at once.</summary>
    private const int ResourcesAtOnce = 16;

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly BackoffOptions Backoff = new() { Initial = TimeSpan.FromMilliseconds(200) };
    private readonly IKubernetesClient _client;
    private readonly OperatorCaches _caches;
    private readonly TimeProvider _clock;
    private readonly ClusterContext _context;
    private readonly WorkQueue<StampKey> _stamps;
    private readonly StampWorkers _workers;
    private readonly Dictionary<string, IPolicyController> _controllers = new(StringComparer.Ordinal);
    private readonly List<Func<CancellationToken, Task>> _loops = [];
    private readonly List<IDisposable> _disposables;

    public LeaderTerm(
        IKubernetesClient client,
        OperatorCaches caches,
        NetworkPolicyTrimmer specs,
        IEventRecorder events,
        OperatorMetrics metrics,
        OperatorOptions options,
        ILoggerFactory loggers,
        TimeProvider clock
    )
    {
        (_client, _caches, _clock) = (client, caches, clock);
        _context = new ClusterContext(caches, options, clock);
        _stamps = new WorkQueue<StampKey>("NetworkPolicy", Backoff, clock);
        _disposables = [_context, _stamps];
        var logger = loggers.CreateLogger<StampWorkers>();
        _workers = new StampWorkers(_stamps, options.Workers, (key, token) => _controllers[key.Kind].StampAsync(key, token), logger, clock);
        var dropped = new DroppedFields(clock);
        var reconciler = new StampReconciler(caches, new PolicyWriter(client, dropped, metrics, clock), dropped, clock);
        var planner = new PolicyPlanner(caches, _context, specs, reconciler, clock);
        Add(SourceKinds.ClusterPolicies(caches, options.Namespace));
        Add(SourceKinds.Profiles(caches, options.Namespace));

        void Add<T>(SourceKind<T> kind)
            where T : class, IKubernetesObject<V1ObjectMeta>, new()
        {
            var resources = new WorkQueue<NamespacedName>(kind.Name, timeProvider: clock);
            var statuses = new StatusWriter<T>(kind, client, events, metrics, clock);
            var controller = new PolicyController<T>(kind, caches, planner, reconciler, statuses, resources, _stamps, client, clock);
            var loop = new ControllerLoop<T>(
                kind.Informer,
                resources,
                controller,
                new() { Workers = ResourcesAtOnce, Prerequisites = caches.All },
                loggers.CreateLogger<ControllerLoop<T>>()
            );
            _disposables.Add(resources);
            _controllers.Add(kind.Name, controller);
            _loops.Add(loop.RunAsync);
        }
    }

    public IEnumerable<(string Kind, string Name, OutcomeSummary Summary)> Summaries =>
        _controllers.SelectMany(entry => entry.Value.Summaries.Select(one => (entry.Key, one.Key, one.Value)));

    /// <summary>Keeps every namespace as the custom resources ask, until cancelled. The caches have held a complete list.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await CatchUpAsync(_caches.ClusterPolicies, cancellationToken);
        await CatchUpAsync(_caches.Profiles, cancellationToken);

        _context.Follow(() => ForEach(controller => controller.ContextChanged()));
        using var namespaces = _caches.Namespaces.Subscribe(key => ForEach(controller => controller.NamespaceChanged(key.Name)));
        using var policies = _caches.Policies.Subscribe(key => ForEach(controller => controller.PolicyChanged(key)));
        foreach (var policy in _caches.Policies.List())
        {
            // Its custom resource may have gone while no operator ran.
            ForEach(controller => controller.PolicyChanged(NamespacedName.From(policy)));
        }

        await TaskGroup.RunAsync([.. _loops, _workers.RunAsync], cancellationToken);
    }

    public void Dispose()
    {
        _disposables.ForEach(disposable => disposable.Dispose());
    }

    /// <summary>
    /// Waits until the cache shows every custom resource as new as the API server has it now. The leader before may have acted on a
    /// change that has not reached this cache; acting on the older state would undo it for a moment.
    /// </summary>
    private async Task CatchUpAsync<T>(IInformer<T> informer, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        foreach (var live in (await _client.ListAsync<T>(cancellationToken: cancellationToken)).Items)
        {
            while (!await ShowsSoonAsync(informer, live, cancellationToken))
            {
                // One that went in between need not ever show in the cache, which may have listed again since.
                var now = await _client.GetAsync<T>(live.Metadata.Name, cancellationToken: cancellationToken);
                if (now?.Metadata.Uid != live.Metadata.Uid)
                {
                    break;
                }
            }
        }
    }

    /// <summary>Whether the cache shows the object as new as given, now or within a moment.</summary>
    private async Task<bool> ShowsSoonAsync<T>(IInformer<T> informer, T live, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        using var interval = new CancellationTokenSource(PollInterval, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, interval.Token);
        while (true)
        {
            var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var subscription = informer.Subscribe(_ => changed.TrySetResult());
            if (IsAsNew(informer.Get(NamespacedName.From(live)), live))
            {
                return true;
            }

            try
            {
                await changed.Task.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return false;
            }
        }
    }

    private static bool IsAsNew<T>(T? cached, T live)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        cached?.Metadata.Uid == live.Metadata.Uid && cached?.Metadata.Generation >= live.Metadata.Generation;

    private void ForEach(Action<IPolicyController> action)
    {
        foreach (var controller in _controllers.Values)
        {
            action(controller);
        }
    }
}
