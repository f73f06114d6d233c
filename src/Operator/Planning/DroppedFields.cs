using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Palisade.Policy.Expansion;

namespace Palisade.Operator.Planning;

/// <summary>What is not kept of a spec.</summary>
/// <param name="Paths">Paths of the fields that are not kept.</param>
/// <param name="Left">The spec without what needs them; null where that would mean something else.</param>
/// <param name="Until">When it is tried again.</param>
internal sealed record DroppedPart(IReadOnlyList<string> Paths, V1NetworkPolicySpec? Left, DateTimeOffset Until);

/// <summary>
/// What of which spec is not kept, and where: an API server may be too old to know a field, an admission webhook may take it away in some namespaces.
/// It is forgotten after half an hour, or with the spec, and so tried again. Thread-safe.
/// </summary>
internal sealed class DroppedFields(TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    private const string Everywhere = "";

    // Fields that were sent and kept; false for those that were lost once, in whichever namespace.
    private readonly ConcurrentDictionary<string, bool> _kept = new(StringComparer.Ordinal);
    private readonly ConditionalWeakTable<V1NetworkPolicySpec, string[]> _fields = [];
    private readonly ConditionalWeakTable<V1NetworkPolicySpec, ConcurrentDictionary<string, DroppedPart>> _dropped = [];

    /// <summary>Whether every field of the spec was kept wherever it was sent.</summary>
    public bool AreKept(V1NetworkPolicySpec spec) => FieldsOf(spec).All(field => _kept.GetValueOrDefault(field));

    /// <summary>Every field of the spec was kept.</summary>
    public void Keep(V1NetworkPolicySpec spec) => Array.ForEach(FieldsOf(spec), field => _kept.TryAdd(field, value: true));

    /// <summary>The fields at these paths of a spec are not kept in a namespace.</summary>
    public void Add(string namespaceName, V1NetworkPolicySpec spec, IReadOnlyList<string> paths)
    {
        foreach (var lost in paths.Select(PolicyFields.FieldOf))
        {
            // An item of a list, or a label, is no field of its own.
            if (FieldsOf(spec).Where(field => lost.StartsWith(field, StringComparison.Ordinal)).MaxBy(field => field.Length) is { } field)
            {
                _kept[field] = false;
            }
        }

        var narrower = PolicyFields.Without(spec, paths);
        var left = narrower is not null && PolicyFields.UsedBy(narrower).Count < PolicyFields.UsedBy(spec).Count ? narrower : null;
        _dropped.GetOrCreateValue(spec)[namespaceName] = new(paths, left, clock.GetUtcNow() + Lifetime);
    }

    /// <summary>The API server does not know the fields at these paths of a spec.</summary>
    public void AddEverywhere(V1NetworkPolicySpec spec, IReadOnlyList<string> paths) => Add(Everywhere, spec, paths);

    /// <summary>What is known not to be kept of a spec in a namespace; null for nothing.</summary>
    public DroppedPart? Find(string namespaceName, V1NetworkPolicySpec spec)
    {
        if (!_dropped.TryGetValue(spec, out var places))
        {
            return null;
        }

        var found = places.GetValueOrDefault(namespaceName) ?? places.GetValueOrDefault(Everywhere);
        return found is not null && clock.GetUtcNow() < found.Until ? found : null;
    }

    private string[] FieldsOf(V1NetworkPolicySpec spec) =>
        _fields.GetValue(spec, one => [.. PolicyFields.UsedBy(one).Select(PolicyFields.FieldOf).Distinct(StringComparer.Ordinal)]);
}
