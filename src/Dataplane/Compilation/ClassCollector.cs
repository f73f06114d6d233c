using System.Collections.Immutable;
using Palisade.Models;

namespace Palisade.Dataplane.Compilation;

/// <summary>Finds each local pod's class, and compiles the policies that make it, each once.</summary>
internal sealed class ClassCollector(PolicyIndex policies, PolicyChainCompiler compiler)
{
    private readonly Dictionary<(V1NetworkPolicy Policy, Direction Direction), PolicyChain?> _compiled = [];
    private readonly SortedDictionary<string, PolicyChain> _chains = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (Direction Direction, bool IsAudit, string[] Chains, SortedSet<string> Policies)> _classes = new(
        StringComparer.Ordinal
    );

    /// <summary>All chains so far, by name.</summary>
    public ImmutableArray<PolicyChain> Chains() => [.. _chains.Values];

    /// <summary>All classes so far, by direction and key.</summary>
    public ImmutableArray<PodClass> Classes() =>
        [
            .. _classes
                .Select(item => new PodClass(
                    item.Key,
                    item.Value.Direction,
                    item.Value.IsAudit,
                    [.. item.Value.Chains],
                    [.. item.Value.Policies]
                ))
                .OrderBy(item => item.Direction)
                .ThenBy(item => item.Key, StringComparer.Ordinal),
        ];

    /// <summary>Key of the pod's class; null when nothing isolates it. Policies that are enforced come before those that audit.</summary>
    public string? ClassOf(IndexedPod pod, Direction direction)
    {
        var isolating = policies.Isolating(pod, direction);
        if (isolating.Count > 0)
        {
            return Add(isolating, direction, isAudit: false);
        }

        var auditing = policies.Auditing(pod, direction);
        return auditing.Count > 0 ? Add(auditing, direction, isAudit: true) : null;
    }

    private string Add(IReadOnlyList<V1NetworkPolicy> isolating, Direction direction, bool isAudit)
    {
        var chains = isolating
            .Select(policy => ChainOf(policy, direction)?.Name)
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToArray();
        var key = PodClass.KeyOf(direction, isAudit, chains);
        if (!_classes.TryGetValue(key, out var known))
        {
            _classes[key] = known = (direction, isAudit, chains, new SortedSet<string>(StringComparer.Ordinal));
        }

        known.Policies.UnionWith(isolating.Select(policy => $"{policy.Metadata.NamespaceProperty}/{policy.Metadata.Name}"));
        return key;
    }

    private PolicyChain? ChainOf(V1NetworkPolicy policy, Direction direction)
    {
        if (!_compiled.TryGetValue((policy, direction), out var chain))
        {
            chain = compiler.Compile(policy, direction);
            _compiled[(policy, direction)] = chain;
            if (chain is not null)
            {
                _chains[chain.Name] = chain;
            }
        }

        return chain;
    }
}
