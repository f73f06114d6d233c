using Palisade.Testing;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>The program with a fault in it, on a real API server.</summary>
[Collection<BareCollection>]
public sealed class ProgramFaultTests(OperatorCluster cluster) : OperatorTest(cluster)
{
    /// <summary>Longer than the lease lasts without a renewal, twice over.</summary>
    private static readonly TimeSpan RoundBudget = TimeSpan.FromSeconds(22);

    [Theory]
    [InlineData(ProgramFault.BlockedThread)]
    [InlineData(ProgramFault.SlowCollections)]
    public async Task Main_ThreadsAreHeldUp_KeepsTheLease(ProgramFault fault)
    {
        var home = (await NamespaceNamedAsync(OperatorCluster.Unique("lease"))).Metadata.Name;
        await using var program = OperatorProgram.Start(Cluster.KubeConfig, home, fault.Environment());
        await Eventually.TrueAsync(() => program.LeadsAsync(Cancel), Cancel);
        var acquired = await LeaseAsync(home);

        await Eventually.TrueAsync(
            async () => (await LeaseAsync(home)).RenewTime - acquired.RenewTime > RoundBudget,
            Cancel,
            "the lease is renewed all the time"
        );

        var now = await LeaseAsync(home);
        (now.HolderIdentity, now.LeaseTransitions, now.AcquireTime).ShouldBe(
            (acquired.HolderIdentity, acquired.LeaseTransitions, acquired.AcquireTime)
        );
    }

    [Fact]
    public async Task Main_Crashes_ExitsWith1()
    {
        await using var program = OperatorProgram.Start(Cluster.KubeConfig, "default", ProgramFault.Crash.Environment());

        (await program.EndAsync(Cancel)).ShouldBe(1);
    }

    private async Task<V1LeaseSpec> LeaseAsync(string home) =>
        (await Client.GetAsync<V1Lease>("palisade-operator", home, Cancel)).ShouldNotBeNull().Spec.ShouldNotBeNull();
}
