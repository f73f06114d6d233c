using Palisade.Testing;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>The program itself: flags, exit codes, signals.</summary>
[Collection<BareCollection>]
public sealed class ProgramTests(OperatorCluster cluster) : OperatorTest(cluster)
{
    [Theory]
    [InlineData("--no-such-flag")]
    [InlineData("--workers", "0")]
    [InlineData("--workers", "many")]
    [InlineData("--metrics-port", "70000")]
    [InlineData("--log-format", "xml")]
    [InlineData("--kubeconfig", "/nonexistent/config")]
    public async Task Main_BadFlag_SaysSoOnOneLineAndExitsWith2(params string[] arguments)
    {
        var result = await CommandResult.OfAsync("dotnet", [OperatorProgram.File, .. arguments], Cancel);

        result.ExitCode.ShouldBe(2);
        result.Output.ShouldBeEmpty();
        result.Error.TrimEnd('\n').ShouldStartWith("palisade-operator: ");
        result.Error.TrimEnd('\n').ShouldNotContain('\n');
    }

    [Fact]
    public async Task Main_Terminated_GivesUpTheLeaseAndExitsWith0()
    {
        await using var program = OperatorProgram.Start(Cluster.KubeConfig, "default");
        await Eventually.TrueAsync(async () => (await LeaseAsync())?.Spec?.HolderIdentity is { Length: > 0 }, Cancel);

        await program.TerminateAsync(Cancel);

        (await program.EndAsync(Cancel)).ShouldBe(0);
        (await LeaseAsync())!.Spec!.HolderIdentity.ShouldBeNullOrEmpty();
    }

    [Fact]
    public async Task Main_ApiServerIsAway_GoesOnTryingAndIsNotReady()
    {
        var away = Cluster.AsOperator with { Server = new Uri("https://127.0.0.1:1"), RequestTimeout = TimeSpan.FromSeconds(2) };
        await using var running = await RunningOperator.StartAsync(away, leaderElect: true, Cancel);
        using var http = new HttpClient { BaseAddress = running.Address };

        using var ready = await http.GetAsync("/readyz", Cancel);
        using var alive = await http.GetAsync("/healthz", Cancel);

        ready.IsSuccessStatusCode.ShouldBeFalse();
        (await ready.Content.ReadAsStringAsync(Cancel)).ShouldContain("[-]");
        alive.IsSuccessStatusCode.ShouldBeTrue();
        running.Leads.ShouldBeFalse();
    }

    private Task<V1Lease?> LeaseAsync() => Client.GetAsync<V1Lease>("palisade-operator", "default", Cancel);
}
