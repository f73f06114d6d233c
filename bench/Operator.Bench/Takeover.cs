using System.Diagnostics;
using System.Globalization;
using Palisade.Testing;

namespace Palisade.Operator.Bench;

/// <summary>How long nobody writes when the leader goes: until a namespace that is created right then has its NetworkPolicy.</summary>
internal static class Takeover
{
    private const int Times = 3;

    /// <summary>Kills leaders, and tells leaders to end, each time with a second replica that waits.</summary>
    /// <returns>The longest times.</returns>
    public static async Task<(TimeSpan AfterKill, TimeSpan AfterTermination)> MeasureAsync(ApiServerFixture server)
    {
        ScaleRun.Say("takeover");
        var (leader, _) = await OperatorProcess.StartAsync(server.KubeConfig);
        TimeSpan killed = default,
            terminated = default;
        for (var i = 0; i < Times; i++)
        {
            (leader, var took) = await NextAsync(server, leader, i, isKilled: true);
            killed = took > killed ? took : killed;
            (leader, took) = await NextAsync(server, leader, i, isKilled: false);
            terminated = took > terminated ? took : terminated;
        }

        await leader.DisposeAsync();
        return (killed, terminated);
    }

    private static async Task<(OperatorProcess Leader, TimeSpan Took)> NextAsync(
        ApiServerFixture server,
        OperatorProcess leader,
        int number,
        bool isKilled
    )
    {
        var other = await OperatorProcess.StartReplicaAsync(server.KubeConfig);
        var began = Stopwatch.GetTimestamp();
        if (isKilled)
        {
            leader.Kill();
        }
        else
        {
            await leader.TerminateAsync();
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"orphan-{(isKilled ? "killed" : "terminated")}-{number}");
        await server.Client.CreateAsync(BareWriter.Namespace(name));
        while (await server.Client.GetAsync<V1NetworkPolicy>("palisade-cnp-first", name) is null)
        {
            await Task.Delay(10);
        }

        var took = Stopwatch.GetElapsedTime(began);
        await leader.DisposeAsync();
        return (other, took);
    }
}
