using Palisade.Operator.Sources;
using Palisade.Operator.Writing;
using Palisade.Policy.Expansion;

namespace Palisade.Operator.Planning;

/// <summary>
/// Expansions of one custom resource in one state of the cluster. What is stamped depends on little of the namespace: the values of the labels
/// that tenant peers name, and whether it is
/// Palisade's own or the DNS servers'. Namespaces alike in that share one spec, so that ten thousand of them
/// cost one expansion and one comparison. Not thread-safe.
/// </summary>
internal sealed class Expansions
{
    private readonly PolicySource _source;
    private readonly ExpansionContext _context;
    private readonly Dictionary<string, ExpansionResult> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, V1NetworkPolicy> _lastGood = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<string> _labels;

    /// <summary>Expands a custom resource in a state of the cluster.</summary>
    /// <param name="source">The custom resource, whose spec is valid.</param>
    /// <param name="context">The state of the cluster.</param>
    /// <param name="before">Expansions of the same custom resource in the state before, if there are any: they say what was last good.</param>
    public Expansions(PolicySource source, ExpansionContext context, Expansions? before = null)
    {
        (_source, _context, _labels) = (source, context, source.TenantLabels);
        if (
            before is not null
            && before._source.Metadata.Uid == source.Metadata.Uid
            && before._labels.SequenceEqual(_labels, StringComparer.Ordinal)
        )
        {
            _lastGood = before._lastGood;
        }
    }

    /// <summary>The custom resource that is expanded.</summary>
    public PolicySource Source => _source;

    /// <summary>
    /// Whether it is known that the DNS Service was never found: that this custom resource has stamped DNS by convention, or nothing. After a
    /// restart it is not, as long as the Service is not found.
    /// </summary>
    public bool KnowsDnsByConvention { get; init; } = true;

    /// <summary>Whether these are the expansions of the given state.</summary>
    public bool AreOf(PolicySource other, ExpansionContext now) =>
        ReferenceEquals(_context, now)
        && _source.Metadata.Uid == other.Metadata.Uid
        && _source.Metadata.Generation == other.Metadata.Generation
        && _source.IsDeleting == other.IsDeleting;

    /// <summary>What is stamped into a namespace; its spec is shared and must not be changed.</summary>
    public ExpansionResult Of(V1Namespace target)
    {
        var key = KeyOf(target);
        if (!_known.TryGetValue(key, out var result))
        {
            result = Spelled(_source.Expand(target, _context));
            _known[key] = result;
            if (result.Policy is { } good && (KnowsDnsByConvention || !result.UsesConventionalDns))
            {
                _lastGood[key] = good;
            }

            return result;
        }

        return result with
        {
            Policy = For(target, result.Policy),
            WithoutNodes = For(target, result.WithoutNodes),
        };
    }

    /// <summary>What was last stamped into a namespace, or others alike, when all could be resolved; null when that is not known.</summary>
    public V1NetworkPolicy? LastGood(V1Namespace target) => For(target, _lastGood.GetValueOrDefault(KeyOf(target)));

    /// <summary>With the spec as it is sent, so that it need not be made anew for every namespace.</summary>
    private static ExpansionResult Spelled(ExpansionResult result)
    {
        foreach (var policy in new[] { result.Policy, result.WithoutNodes }.OfType<V1NetworkPolicy>())
        {
            policy.Spec = policy.Spec is { } spec ? WireForm.Spell(spec) : null;
        }

        return result;
    }

    private static V1NetworkPolicy? For(V1Namespace target, V1NetworkPolicy? policy) =>
        policy is null ? null
        : policy.Metadata.NamespaceProperty == target.Metadata.Name ? policy
        : new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = policy.Metadata.Name,
                NamespaceProperty = target.Metadata.Name,
                Labels = policy.Metadata.Labels,
                OwnerReferences = policy.Metadata.OwnerReferences,
            },
            Spec = policy.Spec,
        };

    /// <summary>Palisade's own, and those of the DNS servers, which everybody is let in to.</summary>
    private bool IsApart(string name) =>
        name == _context.OwnNamespace || _context.Entities.DnsServers.Any(servers => servers.Namespace == name);

    private string KeyOf(V1Namespace target)
    {
        var name = target.Metadata.Name;
        var own = _source.DiffersByNamespace || IsApart(name) ? name : "";
        if (_labels.Count == 0)
        {
            return own;
        }

        // No label value contains a slash or a question mark.
        var values = _labels.Select(label => target.Metadata.Labels is { } has && has.TryGetValue(label, out var value) ? value : "?");
        return $"{own}/{string.Join('/', values)}";
    }
}
