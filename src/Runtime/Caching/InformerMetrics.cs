using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;

namespace Palisade.Runtime.Caching;

/// <summary>What informers measure of themselves.</summary>
internal static class InformerMetrics
{
    private static readonly ConcurrentDictionary<object, Entry> Running = new();

    private static readonly Counter<long> WatchEnds = KubernetesMeter.Instance.CreateCounter<long>(
        "palisade_informer_watch_restarts",
        description: "Lists and watches that ended and were restarted, by reason (ended: the API server's own time limit)."
    );

    // Kept by the meter; asked for when metrics are read.
    private static readonly Instrument[] Gauges =
    [
        KubernetesMeter.Instance.CreateObservableGauge(
            "palisade_informer_objects",
            () => Running.Values.Select(entry => new Measurement<double>(entry.Count(), entry.Tags)),
            description: "Objects that an informer's cache holds."
        ),
        KubernetesMeter.Instance.CreateObservableGauge(
            "palisade_informer_synced",
            () => Running.Values.Select(entry => new Measurement<double>(entry.Informer.HasSynced ? 1 : 0, entry.Tags)),
            description: "Whether an informer's cache has held a complete list."
        ),
        KubernetesMeter.Instance.CreateObservableGauge(
            "palisade_informer_last_activity_timestamp",
            () =>
                from entry in Running.Values
                let at = entry.LastActivity()
                where at is not null
                select new Measurement<double>(at.Value.ToUnixTimeMilliseconds() / 1000.0, entry.Tags),
            unit: "s",
            description: "When an informer last received anything, bookmarks included (seconds since 1970)."
        ),
    ];

    public static IDisposable Register(IInformer informer, ListOptions selection, Func<int> count, Func<DateTimeOffset?> lastActivity)
    {
        _ = Gauges;
        var key = new object();
        Running[key] = new Entry([new("kind", informer.Kind), new("selection", selection.ToString())], informer, count, lastActivity);
        return new Registration(key);
    }

    public static void WatchEnded(string kind, string reason) =>
        WatchEnds.Add(1, new KeyValuePair<string, object?>("kind", kind), new("reason", reason));

    private sealed record Entry(
        KeyValuePair<string, object?>[] Tags,
        IInformer Informer,
        Func<int> Count,
        Func<DateTimeOffset?> LastActivity
    );

    private sealed class Registration(object key) : IDisposable
    {
        public void Dispose() => Running.TryRemove(key, out _);
    }
}
