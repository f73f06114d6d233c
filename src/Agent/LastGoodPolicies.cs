using System.Collections.Immutable;
using Palisade.Dataplane;
using Palisade.Policy;

namespace Palisade.Agent;

/// <summary>
/// Compiles a cluster so that a policy with a part that cannot be understood, or that the kernel does not take, keeps the content that was enforced
/// before it came to be so.
/// Where there is none, because the agent has not seen any since it started, the policy isolates and allows nothing.
/// </summary>
/// <param name="compile">Compiles a snapshot.</param>
public sealed class LastGoodPolicies(Func<ClusterSnapshot, Ruleset> compile)
{
    private ImmutableArray<PolicyFacts> _before = [];
    private ImmutableHashSet<string> _invalidBefore = ImmutableHashSet<string>.Empty;
    private ImmutableDictionary<string, PolicyFacts> _kept = ImmutableDictionary<string, PolicyFacts>.Empty;
    private ClusterSnapshot _compiled = ClusterSnapshot.Empty;
    private ImmutableHashSet<string> _invalid = ImmutableHashSet<string>.Empty;

    /// <summary>Compiles the cluster; the problems of the ruleset are those of the policies as they are now.</summary>
    public Ruleset Compile(ClusterSnapshot cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        var ruleset = compile(cluster);
        var invalid = Invalid(ruleset);
        _kept = Keep(cluster, invalid);
        (_compiled, _invalid) = (cluster, invalid);
        while (!_kept.IsEmpty)
        {
            var enforced = compile(
                cluster with
                {
                    Policies = [.. cluster.Policies.Select(policy => _kept.GetValueOrDefault(policy.ToString(), policy))],
                }
            );
            // What was kept may have selected no pod of this node so far, and so never been compiled.
            var neverGood = Invalid(enforced).Intersect(_kept.Keys);
            if (neverGood.IsEmpty)
            {
                return enforced with { Problems = ruleset.Problems };
            }
            _kept = _kept.RemoveRange(neverGood);
        }
        return ruleset;
    }

    /// <summary>What was compiled last is in the kernel: only now is its content known to be good.</summary>
    public void Enforced() => (_before, _invalidBefore) = (_compiled.Policies, _invalid);

    /// <summary>Content that was good last time of the policies that are invalid now.</summary>
    private ImmutableDictionary<string, PolicyFacts> Keep(ClusterSnapshot cluster, ImmutableHashSet<string> invalid)
    {
        if (invalid.IsEmpty)
        {
            return _kept.Clear();
        }
        var good = _before
            .Where(policy => invalid.Contains(policy.ToString()) && !_invalidBefore.Contains(policy.ToString()))
            .ToDictionary(policy => policy.ToString(), StringComparer.Ordinal);
        var kept = ImmutableDictionary.CreateBuilder<string, PolicyFacts>(StringComparer.Ordinal);
        foreach (var policy in cluster.Policies.Where(policy => invalid.Contains(policy.ToString())))
        {
            var last = _kept.GetValueOrDefault(policy.ToString()) ?? good.GetValueOrDefault(policy.ToString());
            // Deleted and made again under its name, it is another policy.
            if (last is not null && last.Uid == policy.Uid)
            {
                kept[policy.ToString()] = last;
            }
        }
        return kept.ToImmutable();
    }

    private static ImmutableHashSet<string> Invalid(Ruleset ruleset) =>
        ruleset.Problems.Select(problem => problem.Policy).ToImmutableHashSet(StringComparer.Ordinal);
}
