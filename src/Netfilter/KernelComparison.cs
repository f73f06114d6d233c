using Palisade.Dataplane;
using Palisade.Dataplane.Kernel;

namespace Palisade.Netfilter;

/// <summary>Compares what the kernel was left with, with what it holds now.</summary>
internal static class KernelComparison
{
    /// <summary>The differences, a sentence each; chains that differ are marked as altered in what was found.</summary>
    public static IReadOnlyList<string> Compare(KernelState left, KernelState found)
    {
        var differences = new List<string>();
        foreach (var (family, rules) in left.Families.OrderBy(item => item.Key))
        {
            Compare($"{family} filter", rules.Filter, found.Families[family].Filter, differences);
            Compare($"{family} mangle", rules.Mangle, found.Families[family].Mangle, differences);
        }

        foreach (var name in left.Sets.Keys.Union(found.Sets.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            Compare(name, left.Sets.GetValueOrDefault(name), found.Sets.GetValueOrDefault(name), differences);
        }

        return differences;
    }

    private static void Compare(string table, KernelTable left, KernelTable found, List<string> differences)
    {
        foreach (var name in left.Chains.Keys.Union(found.Chains.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var now = found.Chains.GetValueOrDefault(name);
            if (!left.Chains.TryGetValue(name, out var before) || now is null)
            {
                differences.Add($"{table}: chain {name} {(now is null ? "is gone" : "has appeared")}");
            }
            else if (!before.Rules.SequenceEqual(now.Rules, StringComparer.Ordinal))
            {
                differences.Add($"{table}: chain {name} was changed");
                found.Chains[name] = now with { IsAltered = true };
            }
        }

        foreach (var (name, before) in left.Shared.OrderBy(item => item.Key, StringComparer.Ordinal))
        {
            var hooks = before.Where(Names.IsHook).ToArray();
            var now = found.Shared.GetValueOrDefault(name, []);
            if (!hooks.SequenceEqual(now.Where(Names.IsHook), StringComparer.Ordinal))
            {
                differences.Add($"{table}: the hook in {name} was changed");
            }
            else if (hooks.Length > 0 && now[0] != hooks[0])
            {
                differences.Add($"{table}: the hook in {name} is no longer the first rule");
            }
        }
    }

    private static void Compare(string name, KernelSet? before, KernelSet? now, List<string> differences)
    {
        if (before is null || now is null)
        {
            differences.Add($"set {name} {(now is null ? "is gone" : "has appeared")}");
        }
        else if (
            now.HasForeignEntries
            || before.Kind != now.Kind
            || before.Entries.Count != now.Entries.Count
            || before.Entries.Except(now.Entries).Any()
        )
        {
            differences.Add($"set {name} was changed");
        }
    }
}
