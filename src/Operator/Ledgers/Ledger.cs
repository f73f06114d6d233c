using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Palisade.Operator.Ledgers;

/// <summary>
/// What became of one custom resource in each namespace. Only the reconciliation of that custom resource writes here, and there is never more
/// than one at a time; others may ask whether a namespace is known.
/// </summary>
internal sealed class Ledger
{
    private const int FailuresShown = 20;
    private readonly ConcurrentDictionary<string, LedgerEntry> _entries = new(StringComparer.Ordinal);

    /// <summary>Names of all namespaces with an entry.</summary>
    public IEnumerable<string> Namespaces => _entries.Select(entry => entry.Key);

    /// <summary>Namespaces that are left for the next round of work, in order.</summary>
    public Queue<string> Backlog { get; } = new();

    /// <summary>Whether there is an entry for the namespace.</summary>
    public bool Knows(string namespaceName) => _entries.ContainsKey(namespaceName);

    /// <summary>The entry of a namespace.</summary>
    public bool TryGet(string namespaceName, [MaybeNullWhen(false)] out LedgerEntry entry) =>
        _entries.TryGetValue(namespaceName, out entry);

    /// <summary>Enters what became of a namespace; null when there is nothing left to know of it.</summary>
    public void Enter(string namespaceName, LedgerEntry? entry)
    {
        if (entry is null)
        {
            _entries.TryRemove(namespaceName, out _);
        }
        else
        {
            _entries[namespaceName] = entry;
        }
    }

    /// <summary>Takes from the backlog what is looked at without it; the rest stays in order.</summary>
    public void TakeFromBacklog(Predicate<string> isLookedAt)
    {
        for (var left = Backlog.Count; left > 0; left--)
        {
            var name = Backlog.Dequeue();
            if (!isLookedAt(name))
            {
                Backlog.Enqueue(name);
            }
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _entries.Clear();
        Backlog.Clear();
    }

    /// <summary>Namespaces whose time to try again has come, in ordinal order.</summary>
    public IReadOnlyList<string> Due(DateTimeOffset now) =>
        [.. _entries.Where(entry => entry.Value.RetryAt <= now).Select(entry => entry.Key).Order(StringComparer.Ordinal)];

    /// <summary>Counts and failures.</summary>
    public LedgerSummary Summarize()
    {
        int matched = 0,
            upToDate = 0,
            failed = 0,
            pending = 0,
            blocked = 0;
        DateTimeOffset? nextRetry = null;
        var failures = new List<NamespaceFailure>();
        var renamed = new List<string>();
        foreach (var (name, entry) in _entries)
        {
            matched += entry.IsMatched ? 1 : 0;
            upToDate += entry is { IsMatched: true, State: OutcomeState.UpToDate } ? 1 : 0;
            failed += entry is { IsMatched: true, IsFailure: true } ? 1 : 0;
            pending += entry.State == OutcomeState.Pending ? 1 : 0;
            blocked += entry.State == OutcomeState.Blocked ? 1 : 0;
            nextRetry = entry.RetryAt < (nextRetry ?? DateTimeOffset.MaxValue) ? entry.RetryAt : nextRetry;
            if (entry.OtherName is not null)
            {
                renamed.Add(name);
            }

            if (entry.IsFailure)
            {
                failures.Add(FailureOf(name, entry));
            }
        }

        renamed.Sort(StringComparer.Ordinal);
        failures.Sort((a, b) => string.CompareOrdinal(a.Namespace, b.Namespace));
        return new LedgerSummary
        {
            Matched = matched,
            UpToDate = upToDate,
            Failed = failed,
            Pending = pending,
            Blocked = blocked,
            NextRetry = nextRetry,
            Renamed = renamed,
            FailureReasons = [.. failures.Select(failure => failure.Reason).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            FailureCount = failures.Count,
            Failures = failures.Count > FailuresShown ? failures.GetRange(0, FailuresShown) : failures,
        };
    }

    private static NamespaceFailure FailureOf(string name, LedgerEntry entry) =>
        new()
        {
            Namespace = name,
            Reason = entry.Reason,
            Message = entry.Message,
        };
}
