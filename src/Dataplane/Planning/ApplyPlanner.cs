using System.Collections.Immutable;
using Palisade.Dataplane.Kernel;
using Palisade.Dataplane.Layout;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Planning;

/// <summary>
/// Plans how to bring the kernel from what it holds to what a ruleset says, so that at no moment a packet passes that both the
/// old and the new state deny, wherever the plan is cut off.
/// </summary>
/// <remarks>
/// A packet passes when the source's class lets it out and the destination's class lets it in. Both answers depend on: the number
/// that the address has in a class map, the chains behind that number, and the sets that those chains refer to, all of which only
/// ever let more through when they have more entries (sets with exceptions never change). The order of a plan follows:
/// <list type="number">
/// <item>Prepare: sets that no rule refers to are made and filled. No packet sees them.</item>
/// <item>Rules, when pods have to be moved between numbers: chains are only added, under numbers that no pod has. No packet sees
/// them. When nothing has to be moved, this comes after "tighten" instead, and one transaction changes all verdicts of a family at
/// one moment.</item>
/// <item>Forget: addresses of pods that are gone lose their class; where they are in the node's pod range they are dropped then.</item>
/// <item>Tighten: entries leave sets. What passes now passed before, and each set has only what both states have.</item>
/// <item>Move: pods get their new numbers, one write each, never without an entry. With the sets as they are now, a moved pod's
/// class lets through no more than the new state does, and one not moved yet no more than the old. A packet between two moved pods
/// could still meet one's new and the other's old class; therefore, when pods move in both directions, those of the ingress map
/// are held (dropped, not rejected, for the microseconds in between) until all of the egress map have moved.</item>
/// <item>Loosen: entries join sets. The classes are the new ones now.</item>
/// <item>Admit: new pods get their class last, when all that it refers to is complete.</item>
/// <item>Chains and sets that nothing leads to any more go when rules are written the next time, or when there are many. They are
/// kept so long because a pod that comes back then needs no rule to be written.</item>
/// </list>
/// A pod of a class that has no number (the 253rd and further ones) has the number "overflow", and is found by one set lookup per
/// class; it is held while it is moved between such sets. Where the kernel cannot put a class into a mark, all pods are found so; one
/// that moves is in none of the sets, and dropped, until it is in its new one.
/// A plan may leave something to a second one, such as letting unknown addresses pass again only after all pods have moved: plan
/// until the plan is empty.
/// </remarks>
public static class ApplyPlanner
{
    /// <summary>Plans the next steps.</summary>
    /// <param name="ruleset">What shall be.</param>
    /// <param name="kernel">What is.</param>
    /// <param name="keepUnused">How many classes without pods may stay for pods that come back.</param>
    public static ApplyPlan Plan(Ruleset ruleset, KernelState kernel, int keepUnused = 32)
    {
        ArgumentNullException.ThrowIfNull(ruleset);
        ArgumentNullException.ThrowIfNull(kernel);
        var (placement, inPlace) = Place(ruleset, kernel);
        var phases = new SetPhases();
        var conflicts = new List<string>();
        var wanted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var family in kernel.Families.Keys.Order())
        {
            CompareSets(ruleset, kernel, family, placement, phases, wanted, conflicts);
        }

        var settled = inPlace && phases.Loosen.Count + phases.Move.Count + phases.Tighten.Count == 0;
        var rules = Rules(settled ? ruleset : Cautious(ruleset, kernel), kernel, placement, keepUnused, out var referenced);
        var steps = new List<PlanStep>();
        if (inPlace || rules.Count == 0)
        {
            AddSets(steps, rules.Count == 0 ? phases.BeforeSwitch.Concat(phases.AfterSwitch) : phases.BeforeSwitch);
            steps.AddRange(rules);
            AddSets(steps, rules.Count == 0 ? [] : phases.AfterSwitch);
        }
        else
        {
            AddSets(steps, phases.Prepare);
            steps.AddRange(rules);
            AddSets(steps, phases.AfterPrepare);
        }

        var unneeded = kernel
            .Sets.Keys.Where(name => !wanted.Contains(name) && !referenced.Contains(name))
            .Order(StringComparer.Ordinal)
            .ToImmutableArray();
        if (unneeded.Length > 0)
        {
            steps.Add(new DestroyBatch(unneeded));
        }

        return new ApplyPlan([.. steps], [.. conflicts]);
    }

    /// <summary>Plans the removal of everything.</summary>
    public static ApplyPlan PlanCleanup(KernelState kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        var steps = new List<PlanStep>();
        foreach (var family in kernel.Families.Values.OrderBy(family => family.Family))
        {
            var difference = RulesDifference.Compute(FamilyLayout.Empty(family.Family), family, ImmutableHashSet<string>.Empty);
            // The judging table first: while packets are still marked, the answer has to stand.
            var tables = difference.Tables.Reverse().ToImmutableArray();
            if (tables.Length > 0)
            {
                steps.Add(difference with { Tables = tables });
            }
        }

        if (kernel.Sets.Count > 0)
        {
            steps.Add(new DestroyBatch([.. kernel.Sets.Keys.Order(StringComparer.Ordinal)]));
        }

        return new ApplyPlan([.. steps], []);
    }

    private static (Placement Placement, bool InPlace) Place(Ruleset ruleset, KernelState kernel)
    {
        var egress = new ClassPlacer(ruleset, Direction.Egress, new KernelClasses(kernel, Direction.Egress));
        var ingress = new ClassPlacer(ruleset, Direction.Ingress, new KernelClasses(kernel, Direction.Ingress));
        var (egressSlots, ingressSlots) = (egress.PlaceInPlace(), ingress.PlaceInPlace());
        var inPlace = !egress.Moves(egressSlots) && !ingress.Moves(ingressSlots);
        if (!inPlace)
        {
            (egressSlots, ingressSlots) = (egress.PlaceAside(), ingress.PlaceAside());
        }

        var slots = egressSlots.Values.Concat(ingressSlots.Values).ToDictionary(slot => (slot.Direction, slot.Key));
        var others = egress
            .Others(egressSlots)
            .Select(slot => (slot, InUse: egress.IsInUse(slot)))
            .Concat(ingress.Others(ingressSlots).Select(slot => (slot, InUse: ingress.IsInUse(slot))))
            .ToArray();
        return (
            new Placement(
                slots,
                [.. others.Where(item => item.InUse).Select(item => item.slot)],
                [.. others.Where(item => !item.InUse).Select(item => item.slot)]
            ),
            inPlace
        );
    }

    private static void CompareSets(
        Ruleset ruleset,
        KernelState kernel,
        IpFamily family,
        Placement placement,
        SetPhases phases,
        HashSet<string> wanted,
        List<string> conflicts
    )
    {
        var difference = new SetDifference(ruleset.Options, kernel, family, phases, conflicts);
        foreach (var set in WantedSets.For(ruleset, family, placement))
        {
            wanted.Add(set.Name);
            difference.Add(set);
        }

        wanted.Add(Names.ClassMap(family, Direction.Egress));
        wanted.Add(Names.ClassMap(family, Direction.Ingress));
        new ClassDifference(ruleset, placement, kernel, family, phases).Add(difference);
    }

    /// <summary>While something is still to change after the rules, unknown addresses are dropped as soon as either state drops them.</summary>
    private static Ruleset Cautious(Ruleset ruleset, KernelState kernel)
    {
        bool Drops(Direction direction) =>
            kernel.Families.Values.Any(family =>
                family.Mangle.Chains.TryGetValue(Names.Entry(direction), out var chain)
                && chain.Targets.Contains(Names.NewPod, StringComparer.Ordinal)
            );

        return ruleset with
        {
            DropsUnknownSources = ruleset.DropsUnknownSources || Drops(Direction.Egress),
            DropsUnknownDestinations = ruleset.DropsUnknownDestinations || Drops(Direction.Ingress),
        };
    }

    /// <summary>One transaction per family that differs; and the sets that rules refer to afterwards.</summary>
    private static List<RulesTransaction> Rules(
        Ruleset ruleset,
        KernelState kernel,
        Placement placement,
        int keepUnused,
        out IReadOnlySet<string> referenced
    )
    {
        var few = placement.Unused.Length <= keepUnused;
        if (few && kernel.Settled is { } settled && settled.Hold(ruleset, placement.WithAll, kernel))
        {
            referenced = settled.Referenced;
            return [];
        }

        if (few && Transactions(ruleset, kernel, placement.WithAll, null).Count == 0)
        {
            referenced = kernel.ReferencedSets();
            kernel.Settled = new(ruleset, placement.WithAll, SettledRules.FamiliesOf(kernel), referenced);
            return [];
        }

        var after = new HashSet<string>(StringComparer.Ordinal);
        referenced = after;
        return Transactions(ruleset, kernel, placement.WithLingering, after);
    }

    private static List<RulesTransaction> Transactions(
        Ruleset ruleset,
        KernelState kernel,
        ImmutableArray<ClassSlot> slots,
        HashSet<string>? referenced
    )
    {
        var transactions = new List<RulesTransaction>();
        foreach (var (family, held) in kernel.Families.OrderBy(item => item.Key))
        {
            var layout = LayoutBuilder.Build(ruleset, family, slots);
            var kept = RulesDifference.Keep(held, slots);
            var transaction = RulesDifference.Compute(layout, held, kept);
            if (transaction.Tables.Length > 0)
            {
                transactions.Add(transaction);
            }

            referenced?.UnionWith(
                layout.Mangle.Chains.SelectMany(chain => chain.Rules).SelectMany(rule => rule.Split(' ')).Where(Names.IsOwnSet)
            );
            referenced?.UnionWith(kept.Where(held.Mangle.Chains.ContainsKey).SelectMany(name => held.Mangle.Chains[name].Sets));
        }

        return transactions;
    }

    private static void AddSets(List<PlanStep> steps, IEnumerable<SetCommand> commands)
    {
        var batch = commands.ToImmutableArray();
        if (batch.Length > 0)
        {
            steps.Add(new SetBatch(batch));
        }
    }
}
