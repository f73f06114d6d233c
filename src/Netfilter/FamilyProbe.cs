using System.Collections.Immutable;
using Palisade.Dataplane;
using Palisade.Dataplane.Layout;
using Palisade.Policy.Net;

namespace Palisade.Netfilter;

/// <summary>Puts rules of a family into a chain that nothing goes to, and makes sets that nothing refers to, to see whether the kernel takes them.</summary>
internal sealed class FamilyProbe(IptablesTool iptables, ToolRunner runner, IpFamily family)
{
    private const int MaxDestroys = 10;
    private static readonly TimeSpan BetweenDestroys = TimeSpan.FromMilliseconds(100);
    private const string Filter = TableLayout.Filter;
    private const string Mangle = TableLayout.Mangle;

    private const string NoHairpin =
        "the kernel has neither the iptables match bpf (module xt_bpf) nor sets of type hash:net,net (module ip_set_hash_netnet);"
        + " one of them is needed to tell a pod's connections to itself: install the package with the kernel's extra modules";

    /// <summary>Tries everything; leaves nothing behind.</summary>
    public async Task<FamilyOffer> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await PutAsync(Mangle, [ScratchChain.PlainRule], cancellationToken);
            await PutAsync(Filter, ["-j DROP"], cancellationToken);
            var lacking = await MakeSetsAsync(cancellationToken);
            if (await MissingAsync(Mangle, ProbedRules.Base(family), cancellationToken) is { Count: > 0 } missing)
            {
                return new($"the kernel lacks {string.Join(", ", missing.Select(rule => rule.Name))}: load the modules");
            }

            return await OfferAsync(lacking, cancellationToken);
        }
        catch (NetfilterException e)
        {
            return new($"the kernel's packet filter cannot be written (is this process root, or does it have NET_ADMIN?): {e.Message}");
        }
        finally
        {
            await CleanUpAsync(cancellationToken);
        }
    }

    private async Task<FamilyOffer> OfferAsync(ImmutableHashSet<KernelFeature> withoutSet, CancellationToken cancellationToken)
    {
        var features = Enum.GetValues<KernelFeature>()
            .Where(feature => !withoutSet.Contains(feature))
            .ToDictionary(feature => feature, feature => ProbedRules.For(feature, family));
        var mapMark = ProbedRules.MapMark(family);
        ProbedRule[] hopLimit = family == IpFamily.IPv6 ? [ProbedRules.HopLimit] : [];
        ProbedRule[] optional = [mapMark, ProbedRules.Bpf, ProbedRules.PacketLog, ProbedRules.AddressType, .. hopLimit, .. features.Values];
        var missing = await MissingAsync(Mangle, optional, cancellationToken);
        var hasBpf = !missing.Contains(ProbedRules.Bpf);
        if (!hasBpf && !await MakeAsync(ProbedRules.Pairs(family).Name, ProbedRules.Pairs(family).Type, cancellationToken))
        {
            return new(NoHairpin);
        }

        return new(Problem: null)
        {
            HasMapMark = !missing.Contains(mapMark),
            HasBpf = hasBpf,
            HasPacketLog = !missing.Contains(ProbedRules.PacketLog),
            HasAddressType = !missing.Contains(ProbedRules.AddressType),
            HasHopLimit = !missing.Contains(ProbedRules.HopLimit),
            HasReject = (await MissingAsync(Filter, [ProbedRules.Reject(family)], cancellationToken)).Count == 0,
            Lacking = withoutSet.Union(features.Where(item => missing.Contains(item.Value)).Select(item => item.Key)),
        };
    }

    /// <summary>Makes a set of each type; returns the features whose type the kernel does not have.</summary>
    /// <exception cref="NetfilterException">It lacks a type that everything needs.</exception>
    private async Task<ImmutableHashSet<KernelFeature>> MakeSetsAsync(CancellationToken cancellationToken)
    {
        var lacking = ImmutableHashSet<KernelFeature>.Empty;
        foreach (var (name, type, feature) in ProbedRules.Sets(family))
        {
            if (feature is null)
            {
                await runner.RunAsync("ipset", Create(name, type), null, cancellationToken);
            }
            else if (!await MakeAsync(name, type, cancellationToken))
            {
                lacking = lacking.Add(feature.Value);
            }
        }

        return lacking;
    }

    private async Task<bool> MakeAsync(string name, string type, CancellationToken cancellationToken) =>
        (await runner.TryRunAsync("ipset", Create(name, type), null, cancellationToken)).ExitCode == 0;

    private static string[] Create(string name, string type) => ["-exist", "create", name, .. type.Split(' ')];

    /// <summary>Those that the kernel does not take: all are tried at once first, since it takes them almost always.</summary>
    private async Task<IReadOnlyList<ProbedRule>> MissingAsync(
        string table,
        IEnumerable<ProbedRule> rules,
        CancellationToken cancellationToken
    )
    {
        var all = rules.ToList();
        if (await TakesAsync(table, [.. all.SelectMany(rule => rule.Rules)], cancellationToken))
        {
            return [];
        }

        var missing = new List<ProbedRule>();
        foreach (var rule in all)
        {
            if (!await HasAsync(table, rule, cancellationToken))
            {
                missing.Add(rule);
            }
        }

        return missing;
    }

    /// <summary>
    /// Whether the kernel takes the rules. They may have been refused for another's sake, such as a lock that was held for too long: they are then tried
    /// once more after a rule that every kernel takes, since the layout depends on the answer for long.
    /// </summary>
    /// <exception cref="NetfilterException">It does not take any rule now.</exception>
    private async Task<bool> HasAsync(string table, ProbedRule rule, CancellationToken cancellationToken)
    {
        if (await TakesAsync(table, rule.Rules, cancellationToken))
        {
            return true;
        }

        await PutAsync(table, ["-j DROP"], cancellationToken);
        return await TakesAsync(table, rule.Rules, cancellationToken);
    }

    private async Task<bool> TakesAsync(string table, string[] rules, CancellationToken cancellationToken)
    {
        try
        {
            await PutAsync(table, rules, cancellationToken);
            return true;
        }
        catch (NetfilterException)
        {
            return false;
        }
    }

    private Task PutAsync(string table, string[] rules, CancellationToken cancellationToken) =>
        iptables.RestoreAsync(ScratchChain.Holding(table, rules), cancellationToken);

    private async Task CleanUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            await iptables.RestoreAsync(ScratchChain.Remove(Mangle), cancellationToken);
            await iptables.RestoreAsync(ScratchChain.Remove(Filter), cancellationToken);
        }
        catch (NetfilterException)
        {
            // It could not be made either, and what the chain is in the way of is reported where it is needed.
        }

        // nf_tables lets go of the sets of deleted rules a moment after it has deleted them.
        IReadOnlyList<string> left = [.. ProbedRules.Sets(family).Select(set => set.Name), ProbedRules.Pairs(family).Name];
        for (
            var tries = 0;
            tries < MaxDestroys && (left = await new IpsetTool(runner).DestroyAsync(left, cancellationToken)).Count > 0;
            tries++
        )
        {
            await Task.Delay(BetweenDestroys, cancellationToken);
        }
    }
}

/// <summary>What the kernel and the tools offer for one family.</summary>
/// <param name="Problem">Why nothing can be enforced in this family; null when it can.</param>
internal sealed record FamilyOffer(string? Problem)
{
    public bool HasMapMark { get; init; }

    public bool HasBpf { get; init; }

    public bool HasReject { get; init; }

    public bool HasPacketLog { get; init; }

    public bool HasAddressType { get; init; }

    public bool HasHopLimit { get; init; }

    public ImmutableHashSet<KernelFeature> Lacking { get; init; } = [];
}
