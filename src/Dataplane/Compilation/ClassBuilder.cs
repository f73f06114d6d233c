using System.Collections.Immutable;

namespace Palisade.Dataplane.Compilation;

/// <summary>Makes classes of pods that are isolated in the same way.</summary>
internal static class ClassBuilder
{
    /// <summary>The classes, by direction and key; those that were there before and are unchanged are the same objects.</summary>
    public static ImmutableArray<PodClass> Build(IEnumerable<Isolation> isolations, ImmutableArray<PodClass> before)
    {
        var known = before.ToDictionary(item => item.Key, StringComparer.Ordinal);
        return
        [
            .. isolations
                .GroupBy(isolation => isolation.Key, StringComparer.Ordinal)
                .Select(group => Build(group, known.GetValueOrDefault(group.Key)))
                .OrderBy(item => item.Direction)
                .ThenBy(item => item.Key, StringComparer.Ordinal),
        ];
    }

    private static PodClass Build(IGrouping<string, Isolation> pods, PodClass? before)
    {
        var policies = new SortedSet<string>(
            pods.SelectMany(isolation => isolation.Policies).Select(policy => policy.Reference),
            StringComparer.Ordinal
        );
        if (before is not null && before.Policies.SequenceEqual(policies, StringComparer.Ordinal))
        {
            return before;
        }

        var first = pods.First();
        return new PodClass(pods.Key, first.Direction, first.IsAudit, [.. first.Chains.Select(chain => chain.Name)], [.. policies]);
    }
}
