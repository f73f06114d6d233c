using Palisade.Policy;
using Palisade.Policy.Expansion;
using Palisade.Runtime.Caching;

namespace Palisade.Operator.Caches;

/// <summary>What of the cluster the expansion depends on, made from the caches when it is asked for and something changed.</summary>
internal sealed class ClusterContext(OperatorCaches caches, OperatorOptions options, TimeProvider clock) : IDisposable
{
    private ClusterEntities _entities = ClusterEntities.None;
    private readonly Lock _gate = new();
    private readonly List<IDisposable> _subscriptions = [];
    private ExpansionContext? _current;

    public ExpansionContext Current
    {
        get
        {
            lock (_gate)
            {
                return _current ??= Gather();
            }
        }
    }

    /// <summary>Calls back whenever the context may have changed.</summary>
    public void Follow(Action onChanged)
    {
        foreach (var informer in caches.Services.Concat<IInformer>(caches.Endpoints))
        {
            _subscriptions.Add(informer.Subscribe(_ => Renew(onChanged)));
        }

        var nodes = new PacedSignal(options.NodePeriod, clock, () => Renew(onChanged));
        _subscriptions.Add(caches.Nodes.Subscribe(_ => nodes.Signal()));
        _subscriptions.Add(nodes);

        _subscriptions.Add(
            caches.Namespaces.Subscribe(key =>
            {
                if (SystemNamespaces.Dns.Contains(key.Name, StringComparer.Ordinal))
                {
                    Renew(onChanged);
                }
            })
        );
    }

    public void Dispose() => _subscriptions.ForEach(subscription => subscription.Dispose());

    private void Renew(Action onChanged)
    {
        lock (_gate)
        {
            _current = null;
        }

        onChanged();
    }

    private ExpansionContext Gather() =>
        new()
        {
            Nodes = [.. caches.Nodes.List()],
            OwnNamespace = options.Namespace,
            WebhookPort = options.WebhookPort,
            Entities = Discover(),
        };

    /// <summary>While the DNS Service is replaced, what was last known of it holds on.</summary>
    private ClusterEntities Discover() =>
        _entities = ClusterEntities
            .Discover(
                caches.Services.SelectMany(informer => informer.List()),
                caches.Endpoints.SelectMany(informer => informer.List()),
                SystemNamespaces.Dns.Select(name => caches.Namespaces.Get(new(name))).OfType<NamespaceFacts>()
            )
            .KeepingDns(_entities);
}

/// <summary>
/// Passes a signal on at once, and what follows within a period all together at its end: at most one is passed on in each period, and none is
/// lost. Thread-safe.
/// </summary>
internal sealed class PacedSignal : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeSpan _period;
    private readonly TimeProvider _clock;
    private readonly Action _pass;
    private readonly ITimer _timer;
    private DateTimeOffset _free = DateTimeOffset.MinValue;
    private bool _isWaiting;

    public PacedSignal(TimeSpan period, TimeProvider clock, Action pass)
    {
        (_period, _clock, _pass) = (period, clock, pass);
        _timer = clock.CreateTimer(_ => Pass(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Signal()
    {
        lock (_gate)
        {
            var wait = _free - _clock.GetUtcNow();
            if (_isWaiting || wait > TimeSpan.Zero)
            {
                if (!_isWaiting)
                {
                    _isWaiting = true;
                    _timer.Change(wait, Timeout.InfiniteTimeSpan);
                }

                return;
            }

            _free = _clock.GetUtcNow() + _period;
        }

        _pass();
    }

    public void Dispose() => _timer.Dispose();

    private void Pass()
    {
        lock (_gate)
        {
            _isWaiting = false;
            _free = _clock.GetUtcNow() + _period;
        }

        _pass();
    }
}
