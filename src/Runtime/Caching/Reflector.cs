using Microsoft.Extensions.Logging;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Kubernetes.Client.Transport;

namespace Palisade.Runtime.Caching;

/// <summary>
/// Lists a kind, then watches it, for ever, and hands on what it reads. An explicit state machine, after kube-rs' watcher:
/// <code>
/// Empty ──► InitPage ──► InitListed ──► Watching
///   ▲          │ more pages  ▲ │            │
///   │          └──┘          └─┼────────────┘ the watch ended or broke: resume from the last version
///   └── page token or version expired, or an answer that cannot be trusted: relist
/// </code>
/// Bookmarks move the version forward while nothing changes, so that resuming seldom finds it expired.
/// </summary>
internal sealed partial class Reflector<T>(
    IKubernetesClient client,
    ListOptions selection,
    IReflectorSink<T> sink,
    ILogger logger,
    TimeProvider timeProvider
)
    where T : class, k8s.IKubernetesObject<V1ObjectMeta>
{
    private static readonly BackoffOptions Backoff = new()
    {
        Initial = TimeSpan.FromMilliseconds(500),
        Maximum = TimeSpan.FromSeconds(30),
        Jitter = 0.5,
    };

    // The API server sends a bookmark each minute. Two that did not come, and some time to spare: then the connection may be dead without a word, as
    // behind a proxy that still answers for a server that it has lost. A kind that never changed gets no bookmarks; to resume its watch costs little.
    private static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(135);

    private int _failures;
    private string? _reported;

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        State state = new Empty();
        try
        {
            while (true)
            {
                state = await AdvanceAsync(state, cancellationToken);
            }
        }
        finally
        {
            await CloseAsync(state);
        }
    }

    private async Task<State> AdvanceAsync(State state, CancellationToken cancellationToken)
    {
        try
        {
            return await StepAsync(state, cancellationToken);
        }
        catch (KubernetesException failure)
        {
            await CloseAsync(state);
            if (state is Watching { IsOpen: true } open && IsSilence(open, failure))
            {
                _failures = 0;
                InformerMetrics.WatchEnded(Resource<T>.Kind, "silent");
                return new InitListed(open.ResourceVersion);
            }

            if (state is Watching watching && timeProvider.GetElapsedTime(watching.Since) > Backoff.Maximum)
            {
                _failures = 0;
            }

            var next = Recover(state, failure);
            await PauseAsync(failure, next, cancellationToken);
            return next;
        }
    }

    private async Task<State> StepAsync(State state, CancellationToken cancellationToken) =>
        state switch
        {
            Empty => BeginList(),
            InitPage page => await ReadPageAsync(page, cancellationToken),
            InitListed listed => Open(listed, cancellationToken),
            Watching watching => await ReadEventAsync(watching),
            _ => throw new InvalidOperationException($"no such state: {state}"),
        };

    private InitPage BeginList()
    {
        sink.BeginList();
        return new InitPage(null);
    }

    private async Task<State> ReadPageAsync(InitPage state, CancellationToken cancellationToken)
    {
        var page = await client.ListPageAsync<T>(selection, state.ContinueToken, cancellationToken);
        Succeeded();
        foreach (var entity in page.Items)
        {
            sink.Listed(entity);
        }

        if (page.Metadata.ContinueProperty is { Length: > 0 } next)
        {
            return state with { ContinueToken = next };
        }

        if (page.Metadata.ResourceVersion is not { Length: > 0 } version)
        {
            throw Failures.Malformed("a list came without a resourceVersion");
        }

        sink.EndList();
        return new InitListed(version);
    }

    private Watching Open(InitListed listed, CancellationToken cancellationToken)
    {
        var watching = new Watching(timeProvider.GetTimestamp()) { ResourceVersion = listed.ResourceVersion };
        // From five to ten minutes, so that the watches of many agents do not all end at once.
        var timeout = TimeSpan.FromSeconds(300 + Random.Shared.Next(300));
        var options = new WatchOptions
        {
            ResourceVersion = listed.ResourceVersion,
            Timeout = timeout,
            IdleTimeout = MaxSilence,
            OnOpened = () =>
            {
                watching.IsOpen = true;
                sink.Received();
            },
        };
        watching.Events = client.WatchAsync<T>(selection, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        return watching;
    }

    private async Task<State> ReadEventAsync(Watching watching)
    {
        if (!await watching.Events.MoveNextAsync())
        {
            return await EndedAsync(watching);
        }

        var change = watching.Events.Current;
        if (change.Object is not { Metadata.ResourceVersion: { Length: > 0 } version } entity)
        {
            throw Failures.Malformed($"a {change.Type} event came without a resourceVersion");
        }

        Hand(change.Type, entity);
        watching.ResourceVersion = version;
        watching.SawEvent = true;
        _failures = 0; // A list alone does not set it back: its watch may fail each time.
        Succeeded();
        return watching;
    }

    private void Hand(string type, T entity)
    {
        switch (type)
        {
            case "ADDED" or "MODIFIED":
                sink.Set(entity);
                break;
            case "DELETED":
                sink.Remove(NamespacedName.From(entity));
                break;
            case "BOOKMARK":
                break;
            default:
                throw Failures.Malformed($"an event came of the unknown type {type}");
        }
    }

    private async Task<State> EndedAsync(Watching watching)
    {
        await CloseAsync(watching);
        InformerMetrics.WatchEnded(Resource<T>.Kind, "ended");
        if (!watching.SawEvent && timeProvider.GetElapsedTime(watching.Since) < Backoff.Initial)
        {
            // Not to hammer a server that ends every watch at once.
            throw Failures.New(StatusReasons.Unreachable, "the API server ended the watch at once");
        }

        return new InitListed(watching.ResourceVersion);
    }

    // What may pass is resumed from the last version; whatever else, a fresh list is right after.
    private static State Recover(State state, KubernetesException failure) =>
        state switch
        {
            Watching watching when CanResume(failure) => new InitListed(watching.ResourceVersion),
            InitPage page when CanResume(failure) => page,
            _ => new Empty(),
        };

    // The watch began well and nothing came any more; that is no failure unless the next one does not begin.
    private bool IsSilence(Watching watching, KubernetesException failure) =>
        failure.Reason == StatusReasons.Timeout && timeProvider.GetElapsedTime(watching.Since) >= MaxSilence;

    private static bool CanResume(KubernetesException failure) =>
        failure is { IsTransient: true, IsExpired: false, Reason: not StatusReasons.MalformedAnswer };

    private async Task PauseAsync(KubernetesException failure, State next, CancellationToken cancellationToken)
    {
        var reason = failure.Reason.Length > 0 ? failure.Reason : "Unknown";
        sink.Failed(failure.Message);
        InformerMetrics.WatchEnded(Resource<T>.Kind, reason);
        // An expired version is expected: relist immediately.
        if (failure.IsExpired && _failures == 0)
        {
            _failures++;
            LogExpired(Resource<T>.Kind);
            return;
        }

        if (_reported != reason)
        {
            _reported = reason;
            LogFailed(Resource<T>.Kind, next is InitListed ? "watch" : "list", failure.Message);
        }

        var wait = Backoff.Delay(_failures++);
        if (failure.RetryAfter is { } asked && asked > wait)
        {
            wait = asked;
        }

        await Task.Delay(wait, timeProvider, cancellationToken);
    }

    private void Succeeded()
    {
        sink.Received();
        if (_reported is not null)
        {
            _reported = null;
            LogRecovered(Resource<T>.Kind);
        }
    }

    private static ValueTask CloseAsync(State state) =>
        state is Watching watching ? watching.Events.DisposeAsync() : ValueTask.CompletedTask;

    [LoggerMessage(Level = LogLevel.Information, Message = "The version to watch {Kind} objects from expired; listing them again")]
    private partial void LogExpired(string kind);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Cannot {Verb} {Kind} objects: {Failure}; the last known ones are kept, trying again"
    )]
    private partial void LogFailed(string kind, string verb, string failure);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} objects are read again")]
    private partial void LogRecovered(string kind);

    private abstract record State;

    /// <summary>Nothing was read yet, or what was read is not to be trusted.</summary>
    private sealed record Empty : State;

    /// <summary>In the middle of a list.</summary>
    private sealed record InitPage(string? ContinueToken) : State;

    /// <summary>All is read up to a version; a watch from there is to be opened.</summary>
    private sealed record InitListed(string ResourceVersion) : State;

    /// <summary>A watch is open.</summary>
    private sealed record Watching(long Since) : State
    {
        public IAsyncEnumerator<WatchEvent<T>> Events { get; set; } = null!;

        public required string ResourceVersion { get; set; }

        public bool IsOpen { get; set; }

        public bool SawEvent { get; set; }
    }
}

/// <summary>Takes what a <see cref="Reflector{T}"/> reads, in order, from one thread at a time.</summary>
internal interface IReflectorSink<T>
{
    /// <summary>Something was received, even if only a bookmark, or that a watch is taken up.</summary>
    void Received();

    /// <summary>A list begins; what was read of one that broke off counts no more.</summary>
    void BeginList();

    /// <summary>A list or watch failed; it is tried again.</summary>
    /// <param name="failure">Human-readable reason.</param>
    void Failed(string failure);

    /// <summary>An object of the list was read.</summary>
    void Listed(T entity);

    /// <summary>The list is complete: what was read of it are all objects there are.</summary>
    void EndList();

    /// <summary>An object came or changed.</summary>
    void Set(T entity);

    /// <summary>An object went.</summary>
    void Remove(NamespacedName key);
}
