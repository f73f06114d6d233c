using System.Collections.Concurrent;
using Palisade.Operator.Caches;
using Palisade.Operator.Sources;
using Palisade.Operator.Writing;
using Palisade.Policy;
using Palisade.Policy.Expansion;

namespace Palisade.Operator.Planning;

/// <summary>
/// Expansions of one custom resource in one state of the cluster. What is stamped depends on little of the namespace: the values of the labels
/// that tenant peers name, and whether it is Palisade's own or the DNS servers'. Namespaces alike in that share one spec, so that ten thousand
/// of them cost one expansion and one comparison. Thread-safe.
/// </summary>
internal sealed class Expansions
{
    private readonly PolicySource _source;
    private readonly ExpansionContext _context;
    private readonly NetworkPolicyTrimmer _specs;
    private readonly ConcurrentDictionary<string, (NamespaceFacts Example, ExpansionResult Result)> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, V1NetworkPolicy> _lastGood = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<string> _labels;

    /// <summary>Expands a custom resource, whose spec is valid, in a state of the cluster; those in the state before say what was last good.</summary>
    public Expansions(PolicySource source, ExpansionContext context, NetworkPolicyTrimmer specs, Expansions? before = null)
    {
        (_source, _context, _specs, _labels) = (source, context, specs, source.TenantLabels);
        if (
            before is not null
            && before._source.Metadata.Uid == source.Metadata.Uid
            && before._labels.SequenceEqual(_labels, StringComparer.Ordinal)
        )
        {
            _lastGood = before._lastGood;
        }
    }

    public PolicySource Source => _source;

    /// <summary>
    /// Whether it is known that the DNS Service was never found: that this custom resource has stamped DNS by convention, or nothing. After a
    /// restart it is not, as long as the Service is not found.
    /// </summary>
    public bool KnowsDnsByConvention { get; init; } = true;

    /// <summary>Whether these are the expansions of a custom resource in a state of the cluster.</summary>
    public bool AreFor(PolicySource source, ExpansionContext context) =>
        ReferenceEquals(_source, source) && ReferenceEquals(_context, context);

    /// <summary>Whether another state of the cluster asks for the same of the same custom resource, wherever it was asked.</summary>
    public bool SaySame(Expansions before) =>
        ReferenceEquals(_source, before._source)
        && KnowsDnsByConvention == before.KnowsDnsByConvention
        && DnsNamespaces.SequenceEqual(before.DnsNamespaces, StringComparer.Ordinal)
        && before._known.All(entry => KeyOf(entry.Value.Example) == entry.Key && SaySame(For(entry.Value.Example), entry.Value.Result));

    /// <summary>What is stamped into a namespace; its spec is shared and must not be changed.</summary>
    public ExpansionResult For(NamespaceFacts target)
    {
        var key = KeyOf(target);
        if (!_known.TryGetValue(key, out var known))
        {
            known = (target, AsSent(_source.Expand(target, _context)));
            _known[key] = known;
            if (known.Result.Policy is { } good && (KnowsDnsByConvention || !known.Result.UsesConventionalDns))
            {
                _lastGood[key] = good;
            }
        }

        return known.Result with
        {
            Policy = In(target, known.Result.Policy),
            WithoutNodes = In(target, known.Result.WithoutNodes),
        };
    }

    /// <summary>What was last stamped into a namespace, or others alike, when all could be resolved; null when that is not known.</summary>
    public V1NetworkPolicy? LastGood(NamespaceFacts target) => In(target, _lastGood.GetValueOrDefault(KeyOf(target)));

    /// <summary>With the spec as it is sent, the same instance wherever it is the same.</summary>
    private ExpansionResult AsSent(ExpansionResult result)
    {
        foreach (var policy in new[] { result.Policy, result.WithoutNodes }.OfType<V1NetworkPolicy>())
        {
            policy.Spec = policy.Spec is { } spec ? _specs.Intern(ApplyBody.SpellOut(spec)) : null;
        }

        return result;
    }

    private static bool SaySame(ExpansionResult one, ExpansionResult other) =>
        ReferenceEquals(one.Policy?.Spec, other.Policy?.Spec)
        && ReferenceEquals(one.WithoutNodes?.Spec, other.WithoutNodes?.Spec)
        && one.IsAudit == other.IsAudit
        && one.UsesConventionalDns == other.UsesConventionalDns
        && one.Unresolved.SequenceEqual(other.Unresolved);

    private static V1NetworkPolicy? In(NamespaceFacts target, V1NetworkPolicy? policy) =>
        policy is null ? null
        : policy.Metadata.NamespaceProperty == target.Name ? policy
        : new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = policy.Metadata.Name,
                NamespaceProperty = target.Name,
                Labels = policy.Metadata.Labels,
                OwnerReferences = policy.Metadata.OwnerReferences,
            },
            Spec = policy.Spec,
        };

    private IEnumerable<string> DnsNamespaces => _context.Entities.DnsServers.Select(servers => servers.Namespace);

    /// <summary>Palisade's own, and those of the DNS servers, which everybody is let in to.</summary>
    private bool IsApart(string name) => name == _context.OwnNamespace || DnsNamespaces.Contains(name, StringComparer.Ordinal);

    private string KeyOf(NamespaceFacts target)
    {
        var name = target.Name;
        var own = _source.DiffersByNamespace || IsApart(name) ? name : "";
        if (_labels.Count == 0)
        {
            return own;
        }

        // No label value contains a slash or a question mark.
        var values = _labels.Select(label => target.Labels.TryGetValue(label, out var value) ? value : "?");
        return $"{own}/{string.Join('/', values)}";
    }
}
