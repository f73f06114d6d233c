using System.Globalization;
using Palisade.Testing;

namespace Palisade.Operator.Bench;

/// <summary>Bare writer and operator in turn, so that each turn of the operator has one of the bare writer before it and one after.</summary>
/// <param name="server">The API server.</param>
/// <param name="namespaces">The namespaces labelled <see cref="BareWriter.TurnLabel"/>.</param>
internal sealed class Throughput(ApiServerFixture server, IReadOnlyList<string> namespaces)
{
    /// <summary>How many requests are under way at once, as the operator has it.</summary>
    public const int Parallel = 16;

    /// <summary>Measures.</summary>
    /// <param name="rounds">How many turns the operator has.</param>
    /// <returns>The rounds, and the most resident memory that an operator had in any of them, in bytes.</returns>
    public async Task<(IReadOnlyList<Round> Rounds, long PeakBytes)> MeasureAsync(int rounds)
    {
        ScaleRun.Say("bare writer, to warm up");
        var before = await BareAsync();
        before = await BareAsync();
        var measured = new List<Round>();
        var peak = 0L;
        for (var i = 1; i <= rounds; i++)
        {
            var (own, bytes) = await OperatorAsync();
            var after = await BareAsync();
            var round = new Round(Phases.Mean(before, after), own);
            ScaleRun.Say($"round {i} of {rounds}: {Say(round)}");
            measured.Add(round);
            peak = Math.Max(peak, bytes);
            before = after;
        }

        return (measured, peak);
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

    private async Task<Phases> BareAsync()
    {
        int[] writers = [Environment.ProcessId];
        var bare = new BareWriter(server.Client, Parallel);
        return new(
            await Cost.OfAsync(writers, () => bare.ApplyAsync(namespaces, "bare", 80)),
            await Cost.OfAsync(writers, () => bare.ApplyAsync(namespaces, "bare", 81)),
            await Cost.OfAsync(writers, () => bare.DeleteAsync(namespaces, "bare"))
        );
    }

    private async Task<(Phases Phases, long PeakBytes)> OperatorAsync()
    {
        // Another process each time: while it runs it watches, which the bare writer's turns are to be without.
        var (running, _) = await OperatorProcess.StartAsync(server.KubeConfig);
        await using (running)
        {
            // By then the runtime has compiled what it will: as in the bare writer's process, and in an operator that is not new.
            await PhasesAsync(new StampedPolicy(server.Client, running, "warm", BareWriter.TurnLabel));
            var phases = await PhasesAsync(new StampedPolicy(server.Client, running, "turn", BareWriter.TurnLabel));
            return (phases, running.PeakBytes());
        }
    }

    private static async Task<Phases> PhasesAsync(StampedPolicy policy) =>
        new(
            await policy.CreateAsync(80),
            await policy.ChangeAsync(now => now.Spec.Ingress = ScaleRun.Ingress(81)),
            await policy.DeleteAsync()
        );
}
