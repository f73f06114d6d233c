using Palisade.Kubernetes;
using Palisade.Operator.Planning;

namespace Palisade.Operator.Statuses;

/// <summary>
/// What came of one custom resource in each namespace, for one plan. Whoever has taken a namespace's key from the queue concludes it, nobody
/// else; with a new plan all are pending again. Thread-safe.
/// </summary>
internal sealed class NamespaceOutcomes
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, NamespaceOutcome> _entries = new(StringComparer.Ordinal);
    private Expansions? _plan;
    private int _pending;
    private OutcomeSummary? _summary;

    /// <summary>What the namespaces are to hold; null before the first look at the custom resource.</summary>
    public Expansions? Plan
    {
        get
        {
            lock (_gate)
            {
                return _plan;
            }
        }
    }

    /// <summary>How many namespaces are still to be looked at, written or cleared.</summary>
    public int PendingCount
    {
        get
        {
            lock (_gate)
            {
                return _pending;
            }
        }
    }

    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count == 0;
            }
        }
    }

    public NamespaceOutcome? Find(string name)
    {
        lock (_gate)
        {
            return _entries.GetValueOrDefault(name);
        }
    }

    /// <summary>Forgets everything: the custom resource is another one of the same name.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _entries.Clear();
            (_plan, _pending, _summary) = (null, 0, null);
        }
    }

    /// <summary>From now on another plan counts: all that it concerns, and all that was known, is pending.</summary>
    /// <remarks>What it concerns, and whether it selects it, is listed within the lock: so no namespace is missed that comes meanwhile.</remarks>
    /// <returns>The namespaces to look at.</returns>
    public IReadOnlyList<string> Begin(Expansions plan, IEnumerable<(string Name, bool IsMatched)> concerned)
    {
        lock (_gate)
        {
            var before = new Dictionary<string, NamespaceOutcome>(_entries, StringComparer.Ordinal);
            _entries.Clear();
            (_plan, _pending, _summary) = (plan, 0, null);
            foreach (var (name, isMatched) in concerned)
            {
                before.Remove(name, out var known);
                Put(name, NamespaceOutcome.ToPending(known, isMatched));
            }

            foreach (var (name, known) in before)
            {
                Put(name, NamespaceOutcome.ToPending(known, isMatched: false));
            }

            return [.. _entries.Keys];
        }
    }

    /// <summary>From now on another plan counts that asks for the same.</summary>
    public void Continue(Expansions plan)
    {
        lock (_gate)
        {
            _plan = plan;
        }
    }

    /// <summary>Notes what came of a namespace, by a plan; null when there is nothing left to know of it. Says whether a status has news.</summary>
    /// <returns>False when another plan counts by now: the namespace is to be looked at again.</returns>
    public bool Conclude(Expansions plan, string name, NamespaceOutcome? outcome, out bool isNews)
    {
        lock (_gate)
        {
            var before = _entries.GetValueOrDefault(name);
            if (!ReferenceEquals(plan, _plan))
            {
                if (outcome?.Written is { } written)
                {
                    Put(name, (before ?? NamespaceOutcome.Pending) with { Written = written });
                }

                isNews = false;
                return false;
            }

            Put(name, outcome);
            isNews = !NamespaceOutcome.SaySame(before, outcome);
            return true;
        }
    }

    /// <summary>The NetworkPolicy that was written was deleted since: the cache is not behind.</summary>
    public void ForgetWrite(NamespacedName policy)
    {
        lock (_gate)
        {
            if (
                _entries.TryGetValue(policy.Namespace!, out var known)
                && known.Written is { } written
                && written.Policy.Metadata.Name == policy.Name
            )
            {
                _entries[policy.Namespace!] = known with { Written = null };
            }
        }
    }

    public OutcomeSummary Summarize()
    {
        lock (_gate)
        {
            return _summary ??= OutcomeSummary.From(_entries);
        }
    }

    private void Put(string name, NamespaceOutcome? outcome)
    {
        var before = _entries.GetValueOrDefault(name);
        if (!NamespaceOutcome.SaySame(before, outcome))
        {
            _summary = null;
        }

        _pending += (outcome is { State: OutcomeState.Pending } ? 1 : 0) - (before is { State: OutcomeState.Pending } ? 1 : 0);
        if (outcome is null)
        {
            _entries.Remove(name);
        }
        else
        {
            _entries[name] = outcome;
        }
    }
}
