using Palisade.Dataplane.Kernel;
using Palisade.Dataplane.Planning;
using Palisade.Dataplane.Tests.Model;
using Palisade.Policy;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Tests;

/// <summary>The compiled rules, walked in a model of the kernel, against an evaluator that knows nothing of them.</summary>
public sealed class CompiledRulesTests
{
    /// <summary>Different layouts in turn: all must give the same verdicts.</summary>
    private static readonly DataplaneOptions[] Layouts =
    [
        DataplaneOptions.Default,
        DataplaneOptions.Default with
        {
            MarkedClasses = 2,
        },
        DataplaneOptions.Default with
        {
            DenyAction = DenyAction.Drop,
            PoliceOutput = true,
            Hairpin = HairpinMatch.Set,
        },
        DataplaneOptions.Default with
        {
            LogDenials = true,
            MarkedClasses = 0,
        },
    ];

    [Theory]
    [MemberData(nameof(Seeds), 400)]
    public void Plan_FromEmptyKernel_JudgesAsTheEvaluator(int seed)
    {
        var snapshot = new RandomCluster(seed).Snapshot();
        var kernel = KernelState.Empty(IpFamily.IPv4, IpFamily.IPv6);

        Settle(Compile(snapshot, seed), kernel);

        ShouldAgree(kernel, snapshot, $"seed {seed}");
    }

    [Theory]
    [MemberData(nameof(Seeds), 100)]
    public void Allows_AnyConnection_JudgesAsTheEvaluator(int seed)
    {
        var snapshot = new RandomCluster(seed).Snapshot();
        var (judge, evaluator) = (new ConnectionJudge(Compile(snapshot, seed)), new NaiveEvaluator(snapshot, RandomCluster.Node));
        foreach (var packet in RandomCluster.Packets(snapshot))
        {
            // A connection of a pod with itself is let through even while its address is unknown: there is nobody else in it.
            var expected = evaluator.Allows(packet) || packet.Source == packet.Destination;
            judge.Allows(new(packet.Source, packet.Destination, packet.Protocol, packet.Port)).ShouldBe(expected, $"{packet}, seed {seed}");
        }
    }

    [Theory]
    [MemberData(nameof(Seeds), 60)]
    public void Plan_OverManyChanges_NeverLetsThroughWhatBothStatesDeny(int seed)
    {
        var cluster = new RandomCluster(seed);
        var kernel = KernelState.Empty(IpFamily.IPv4, IpFamily.IPv6);
        var before = cluster.Snapshot();
        Settle(Compile(before, seed), kernel);
        for (var change = 0; change < 6; change++)
        {
            cluster.Change();
            var after = cluster.Snapshot();
            var denied = DeniedByBoth(before, after);
            Settle(Compile(after, seed), kernel, moment => ShouldDeny(kernel, denied, $"seed {seed}, change {change}, {moment}"));
            ShouldAgree(kernel, after, $"seed {seed}, change {change}");
            before = after;
        }
    }

    [Theory]
    [MemberData(nameof(Seeds), 150)]
    public void Plan_CutOffAnywhere_GoesOnSafelyToAnotherState(int seed)
    {
        var random = new Random(seed);
        var cluster = new RandomCluster(seed);
        var kernel = KernelState.Empty(IpFamily.IPv4, IpFamily.IPv6);
        var first = cluster.Snapshot();
        Settle(Compile(first, seed), kernel);
        cluster.Change();
        var second = cluster.Snapshot();
        CutOff(Compile(second, seed), kernel, random);
        cluster.Change();
        var third = cluster.Snapshot();

        var model = new KernelModel(kernel);
        var evaluator = new NaiveEvaluator(third, RandomCluster.Node);
        var denied = RandomCluster.Packets(first, second, third).Where(p => !model.Passes(p) && !evaluator.Allows(p)).ToArray();
        Settle(Compile(third, seed), kernel, moment => ShouldDeny(kernel, denied, $"seed {seed}, {moment}"));

        ShouldAgree(kernel, third, $"seed {seed}");
    }

    public static IEnumerable<TheoryDataRow<int>> Seeds(int count) =>
        Enumerable.Range(1, count).Select(seed => new TheoryDataRow<int>(seed));

    private static Ruleset Compile(ClusterSnapshot snapshot, int seed) =>
        PolicyCompiler.Compile(snapshot, RandomCluster.Node, Layouts[seed % Layouts.Length]);

    /// <summary>Carries plans out, looking at the kernel after every single command, until there is nothing left to do.</summary>
    private static void Settle(Ruleset ruleset, KernelState kernel, Action<string>? look = null)
    {
        for (var round = 0; round < 8; round++)
        {
            var plan = ApplyPlanner.Plan(ruleset, kernel, keepUnused: 1);
            plan.Conflicts.ShouldBeEmpty();
            if (plan.IsEmpty)
            {
                return;
            }

            foreach (var (i, step) in Singles(plan).Index())
            {
                Apply(kernel, step);
                look?.Invoke($"plan {round}, after command {i}: {step}");
            }
        }

        throw new InvalidOperationException("the plans do not come to an end");
    }

    private static void CutOff(Ruleset ruleset, KernelState kernel, Random random)
    {
        var singles = Singles(ApplyPlanner.Plan(ruleset, kernel, keepUnused: 1)).ToArray();
        foreach (var step in singles.Take(random.Next(singles.Length + 1)))
        {
            Apply(kernel, step);
        }
    }

    private static IEnumerable<object> Singles(ApplyPlan plan) =>
        plan.Steps.SelectMany(step =>
            step switch
            {
                SetBatch batch => batch.Commands.Cast<object>(),
                RulesTransaction rules => rules.Tables.Select(table => rules with { Tables = [table] }),
                _ => [step],
            }
        );

    private static void Apply(KernelState kernel, object single)
    {
        if (single is SetCommand command)
        {
            kernel.Apply(command);
        }
        else
        {
            kernel.Apply((PlanStep)single);
        }
    }

    private static Packet[] DeniedByBoth(ClusterSnapshot before, ClusterSnapshot after)
    {
        var (then, now) = (new NaiveEvaluator(before, RandomCluster.Node), new NaiveEvaluator(after, RandomCluster.Node));
        return [.. RandomCluster.Packets(before, after).Where(packet => !then.Allows(packet) && !now.Allows(packet))];
    }

    private static void ShouldDeny(KernelState kernel, Packet[] denied, string moment)
    {
        var model = new KernelModel(kernel);
        foreach (var packet in denied)
        {
            model.Passes(packet).ShouldBeFalse($"{packet}, {moment}");
        }
    }

    private static void ShouldAgree(KernelState kernel, ClusterSnapshot snapshot, string context)
    {
        var (model, evaluator) = (new KernelModel(kernel), new NaiveEvaluator(snapshot, RandomCluster.Node));
        foreach (var packet in RandomCluster.Packets(snapshot))
        {
            model.Passes(packet).ShouldBe(evaluator.Allows(packet), $"{packet}, {context}");
        }
    }
}
