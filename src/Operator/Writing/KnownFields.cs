using Palisade.Policy.Expansion;

namespace Palisade.Operator.Writing;

/// <summary>
/// Which fields of a NetworkPolicy the API server keeps and which it refuses, as far as it was asked. Asked again now and then: it may have been
/// upgraded, or gone back to an older version. A field that was once lost on the way, be it in one namespace, where an admission webhook took
/// it, or with one of several API servers, is never taken for kept again: whoever sends it asks first. Thread-safe.
/// </summary>
internal sealed class KnownFields(TimeProvider clock)
{
    /// <summary>For how long an answer counts.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    private readonly Lock _gate = new();
    private readonly HashSet<string> _kept = new(StringComparer.Ordinal);
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
    private readonly HashSet<string> _lost = new(StringComparer.Ordinal);
    private DateTimeOffset _since = clock.GetUtcNow();

    /// <summary>Whether the API server is known to keep every one of the fields.</summary>
    public bool AreKept(UsedFields used)
    {
        lock (_gate)
        {
            ForgetWhatIsOld();
            return used.Fields.All(_kept.Contains);
        }
    }

    /// <summary>The places of those fields that the API server is known to refuse.</summary>
    public IReadOnlyList<string> Refused(UsedFields used)
    {
        lock (_gate)
        {
            ForgetWhatIsOld();
            return _refused.Count == 0 ? [] : [.. used.Paths.Where(path => _refused.Contains(PolicyFields.FieldOf(path)))];
        }
    }

    /// <summary>The API server keeps the fields.</summary>
    public void Keeps(UsedFields used)
    {
        lock (_gate)
        {
            _kept.UnionWith(used.Fields.Except(_lost, StringComparer.Ordinal));
        }
    }

    /// <summary>The fields at these places were taken, but not kept: here, or this time.</summary>
    public void Loses(IReadOnlyList<string> paths)
    {
        lock (_gate)
        {
            _lost.UnionWith(paths.Select(PolicyFields.FieldOf));
            _kept.ExceptWith(_lost);
        }
    }

    /// <summary>The API server refuses the fields at these places, and so at every other.</summary>
    public void Refuses(IEnumerable<string> paths)
    {
        lock (_gate)
        {
            _refused.UnionWith(paths.Select(PolicyFields.FieldOf));
        }
    }

    private void ForgetWhatIsOld()
    {
        if (clock.GetUtcNow() - _since > Lifetime)
        {
            _kept.Clear();
            _refused.Clear();
            _since = clock.GetUtcNow();
        }
    }
}
