using System.Globalization;
using Palisade.Testing;

namespace Palisade.Operator.Bench;

/// <summary>
/// Bare writer and operator in turns of some seconds, each with an API server of its own, so that the one pays for nothing that the other
/// does, and a machine that is slower in one minute than in the next is so for both.
/// </summary>
/// <param name="bareServer">The bare writer's API server.</param>
/// <param name="server">The operator's.</param>
/// <param name="namespaces">Those of both.</param>
internal sealed class Throughput(ApiServerFixture bareServer, ApiServerFixture server, IReadOnlyList<string> namespaces)
{
    /// <summary>How many requests are under way at once, as the operator has it.</summary>
    public const int Parallel = 16;

    /// <summary>Of how many namespaces a turn is: few enough for some seconds, and too many for what begins and ends a turn to matter.</summary>
    public const int Slice = 5000;

    private readonly List<string[]> _slices = [.. namespaces.Chunk(Slice)];

    /// <summary>Measures.</summary>
    /// <param name="rounds">How often everything is created, changed and deleted.</param>
    /// <returns>The rounds, and the most resident memory that the operator had in any of them, in bytes.</returns>
    public async Task<(IReadOnlyList<Round> Rounds, long PeakBytes)> MeasureAsync(int rounds)
    {
        var (running, _) = await OperatorProcess.StartAsync(server.KubeConfig);
        await using (running)
        {
            // By then the runtime has compiled what it will: as in an operator, and a bare writer, that is not new.
            ScaleRun.Say($"to warm up: {Say(await RoundAsync(running))}");
            var measured = new List<Round>();
            for (var i = 1; i <= rounds; i++)
            {
                measured.Add(await RoundAsync(running));
                ScaleRun.Say($"round {i} of {rounds}: {Say(measured[^1])}");
            }

            return (measured, running.PeakBytes());
        }
    }

    private string Say(Round round)
    {
        return $"create {Of(phase => phase.Create)}, change {Of(phase => phase.Change)}, delete {Of(phase => phase.Delete)}";

        string Of(Func<Phases, Cost> phase) =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{round.Share(phase):0.0 %} ({Use(phase(round.Bare))} : {Use(phase(round.Operator))})"
            );

        string Use(Cost cost) =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{cost.Used.Servers.TotalMicroseconds / namespaces.Count:0} + {cost.Used.Writers.TotalMicroseconds / namespaces.Count:0} µs"
            );
    }

    private async Task<Round> RoundAsync(OperatorProcess running)
    {
        var bare = new BareWriter(bareServer.Client, Parallel);
        var policies = _slices.ConvertAll(slice => new StampedPolicy(
            server.Client,
            running,
            $"of-{slice[0]}",
            new(BareWriter.SliceLabel, BareWriter.SliceOf(slice[0])!)
        ));
        var create = await InTurnsAsync(slice => bare.ApplyAsync(slice, "bare", 80), policies, (policy, _) => policy.CreateAsync(80));
        var change = await InTurnsAsync(
            slice => bare.ApplyAsync(slice, "bare", 81),
            policies,
            (policy, _) => policy.ChangeAsync(now => now.Spec.Ingress = ScaleRun.Ingress(81))
        );
        var delete = await InTurnsAsync(slice => bare.DeleteAsync(slice, "bare"), policies, (policy, slice) => policy.DeleteAsync(slice));
        var left = (await server.Client.ListAsync<V1NetworkPolicy>()).Items.Count;
        return left == 0
            ? new(new(create.Bare, change.Bare, delete.Bare), new(create.Operator, change.Operator, delete.Operator))
            : throw new InvalidOperationException($"{left} NetworkPolicies are left");
    }

    private async Task<(Cost Bare, Cost Operator)> InTurnsAsync(
        Func<IReadOnlyList<string>, Task<TimeSpan>> bare,
        List<StampedPolicy> policies,
        Func<StampedPolicy, IReadOnlyList<string>, Task<Cost>> stamp
    )
    {
        int[] writers = [Environment.ProcessId];
        var (ofBare, ofOperator) = (Cost.None, Cost.None);
        for (var i = 0; i < _slices.Count; i++)
        {
            // Who is first is so every other time only: whatever is left to do from one turn is done in the next.
            if (i % 2 == 0)
            {
                ofBare += await Cost.OfAsync(writers, () => bare(_slices[i]));
            }

            ofOperator += await stamp(policies[i], _slices[i]);
            if (i % 2 != 0)
            {
                ofBare += await Cost.OfAsync(writers, () => bare(_slices[i]));
            }
        }

        return (ofBare, ofOperator);
    }
}
