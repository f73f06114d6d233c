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

    /// <summary>The context now.</summary>
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

    /// <inheritdoc/>
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
            Nodes = [.. caches.Nodes.List().Select(NodeFacts.From)],
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
                SystemNamespaces.Dns.Select(name => caches.Namespaces.Get(new(name))).OfType<V1Namespace>().Select(NamespaceFacts.From)
            )
            .KeepingDns(_entities);
}
