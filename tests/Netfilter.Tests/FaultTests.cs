using Palisade.Dataplane;
using Palisade.Dataplane.Planning;
using Palisade.Dataplane.Tests.Model;
using Palisade.Policy;
using Palisade.Policy.Net;

namespace Palisade.Netfilter.Tests;

/// <summary>What goes wrong on real nodes: kills, other programs that write rules, locks, sets that are not as they should be.</summary>
[Collection(KernelTests.Name)]
public sealed class FaultTests : IAsyncLifetime
{
    public static TheoryData<NetfilterBackend> Backends { get; } = [NetfilterBackend.Legacy, NetfilterBackend.Nft];

    public async ValueTask InitializeAsync() => await Shell.ResetAsync();

    public async ValueTask DisposeAsync() => await Shell.ResetAsync();

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task ApplyAsync_AfterBeingKilledBetweenAnyTwoSteps_EndsWhereItShould(NetfilterBackend backend)
    {
        var connection = new KernelConnection(
            new ToolRunner(new NetfilterOptions()),
            new NetfilterOptions(),
            backend,
            NetfilterProbe.KernelFamilies()
        );
        for (var seed = 1; seed <= 2; seed++)
        {
            for (var kept = 0; ; kept++)
            {
                var cluster = new RandomCluster(seed);
                var (before, after) = (Compile(cluster.Snapshot()), Changed(cluster));
                await Applier(backend).CleanupAsync(Shell.Cancelled);
                await Applier(backend).ApplyAsync(before, Shell.Cancelled);

                var mirror = await connection.Reader.ReadAsync(after.Options.MarkMask, Shell.Cancelled);
                var steps = Singles(ApplyPlanner.Plan(after, mirror)).ToArray();
                var executor = new PlanExecutor(connection, after, mirror);
                foreach (var step in steps.Take(kept))
                {
                    await executor.ExecuteAsync(step, Shell.Cancelled);
                }

                var successor = Applier(backend);
                await successor.ApplyAsync(after, Shell.Cancelled);
                var held = await connection.Reader.ReadAsync(after.Options.MarkMask, Shell.Cancelled);
                ApplyPlanner.Plan(after, held).IsEmpty.ShouldBeTrue($"seed {seed}, killed after step {kept}");
                (await successor.VerifyAsync(Shell.Cancelled)).Differences.ShouldBeEmpty();
                if (kept >= steps.Length)
                {
                    break;
                }
            }
        }
    }

    [Theory]
    [InlineData(NetfilterBackend.Legacy, "iptables-legacy -w -t mangle -F", "is gone|was changed")]
    [InlineData(NetfilterBackend.Legacy, "iptables-legacy -w -F FORWARD", "the hook in FORWARD was changed")]
    [InlineData(NetfilterBackend.Legacy, "iptables-legacy -w -I FORWARD -j ACCEPT", "no longer the first rule")]
    [InlineData(NetfilterBackend.Nft, "iptables-nft -w -t mangle -F", "is gone|was changed")]
    [InlineData(NetfilterBackend.Nft, "ip6tables-nft -w -t mangle -D FORWARD -j PLSD-FWD", "the hook in FORWARD was changed")]
    [InlineData(NetfilterBackend.Nft, "iptables-nft -w -t mangle -I PLSD-FWD -j ACCEPT", "PLSD-FWD was changed")]
    [InlineData(NetfilterBackend.Nft, "iptables-nft -w -t mangle -R PLSD-NEWPOD 1 -j ACCEPT", "PLSD-NEWPOD was changed")]
    [InlineData(NetfilterBackend.Nft, "nft flush ruleset", "is gone|was changed")]
    [InlineData(NetfilterBackend.Nft, "ipset flush plsd4-in", "set plsd4-in was changed")]
    [InlineData(NetfilterBackend.Nft, "ipset add plsd4-podcidr 192.0.2.0/24", "set plsd4-podcidr was changed")]
    public async Task VerifyAsync_AnotherProgramChangedThings_FindsItAndTheNextApplyRepairsIt(
        NetfilterBackend backend,
        string command,
        string found
    )
    {
        var ruleset = Compile(new RandomCluster(7).Snapshot());
        var applier = Applier(backend);
        await applier.ApplyAsync(ruleset, Shell.Cancelled);
        (await applier.VerifyAsync(Shell.Cancelled)).IsIntact.ShouldBeTrue();

        await Shell.RunAsync(command);
        var verified = await applier.VerifyAsync(Shell.Cancelled);
        var repaired = await applier.ApplyAsync(ruleset, Shell.Cancelled);

        string.Join('\n', verified.Differences).ShouldMatch(found);
        repaired.Changed.ShouldBeTrue();
        (await applier.VerifyAsync(Shell.Cancelled)).Differences.ShouldBeEmpty();
        (await Applier(backend).ApplyAsync(ruleset, Shell.Cancelled)).Changed.ShouldBeFalse();
    }

    [Fact]
    public async Task ApplyAsync_LockHeldForAMoment_Waits()
    {
        var holding = Shell.RunAsync("flock /run/xtables.lock sleep 1");
        var result = await Applier(NetfilterBackend.Legacy).ApplyAsync(Compile(new RandomCluster(7).Snapshot()), Shell.Cancelled);
        await holding;

        result.Changed.ShouldBeTrue();
    }

    [Fact]
    public async Task ApplyAsync_LockHeldForTooLong_SaysSoAndTheNextApplyGoesThrough()
    {
        using var release = CancellationTokenSource.CreateLinkedTokenSource(Shell.Cancelled);
        var holding = new ToolRunner(new NetfilterOptions()).TryRunAsync(
            "flock",
            ["/run/xtables.lock", "sleep", "600"],
            null,
            release.Token
        );
        await WaitForLockAsync();
        var applier = new NetfilterApplier(
            new NetfilterOptions { Backend = NetfilterBackend.Legacy, LockTimeout = TimeSpan.FromSeconds(1) }
        );
        var ruleset = Compile(new RandomCluster(7).Snapshot());

        var failure = await Should.ThrowAsync<NetfilterException>(() => applier.ApplyAsync(ruleset, Shell.Cancelled));
        await release.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => holding);
        var result = await applier.ApplyAsync(ruleset, Shell.Cancelled);

        failure.Message.ShouldContain("xtables lock");
        result.ChainsChanged.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task ApplyAsync_BackendChanged_LeavesNothingInTheOtherOne()
    {
        var ruleset = Compile(new RandomCluster(7).Snapshot());
        await Applier(NetfilterBackend.Legacy).ApplyAsync(ruleset, Shell.Cancelled);

        await Applier(NetfilterBackend.Nft).ApplyAsync(ruleset, Shell.Cancelled);

        (await Shell.RunAsync("iptables-legacy-save")).ShouldNotContain("PLSD-");
        (await Shell.RunAsync("ip6tables-legacy-save")).ShouldNotContain("PLSD-");
        (await Shell.RunAsync("iptables-nft-save")).ShouldContain("-A FORWARD -j PLSD-FWD");
    }

    [Fact]
    public async Task VerifyAsync_OtherBackendCouldNotBeReadAtFirst_IsCleanedWhenItCan()
    {
        var ruleset = Compile(new RandomCluster(7).Snapshot());
        await Applier(NetfilterBackend.Nft).ApplyAsync(ruleset, Shell.Cancelled);
        await Shell.RunAsync("nft add chain ip mangle foreign");
        await Shell.RunAsync("nft add rule ip mangle foreign meta mark set ct mark");
        var applier = Applier(NetfilterBackend.Legacy);

        (await applier.ApplyAsync(ruleset, Shell.Cancelled)).Changed.ShouldBeTrue();
        var hindered = await applier.VerifyAsync(Shell.Cancelled);
        await Shell.RunAsync("nft flush chain ip mangle foreign");
        await Shell.RunAsync("nft delete chain ip mangle foreign");
        var after = await applier.VerifyAsync(Shell.Cancelled);

        hindered.Leftover!.ShouldContain("made with nft");
        (hindered.IsIntact, after.IsIntact, after.Leftover).ShouldBe((true, true, null));
        (await Shell.RunAsync("iptables-nft-save")).ShouldNotContain("PLSD-");
        (await Shell.RunAsync("ip6tables-nft-save")).ShouldNotContain("PLSD-");
        (await Shell.RunAsync("iptables-legacy-save")).ShouldContain("-A FORWARD -j PLSD-FWD");
    }

    [Theory]
    [InlineData("iptables-nft", "KUBE-IPTABLES-HINT", NetfilterBackend.Nft)]
    [InlineData("iptables-legacy", "KUBE-IPTABLES-HINT", NetfilterBackend.Legacy)]
    [InlineData("ip6tables-legacy", "KUBE-KUBELET-CANARY", NetfilterBackend.Legacy)]
    public async Task ProbeAsync_KubeletLeftAChain_ChoosesItsBackend(string program, string chain, NetfilterBackend expected)
    {
        await Shell.RunAsync($"{program} -w -t mangle -N {chain}");

        var probe = await NetfilterProbe.RunAsync(new NetfilterOptions(), Shell.Cancelled);

        probe.Problems.ShouldBeEmpty();
        probe.Backend.ShouldBe(expected);
        probe.BackendReason.ShouldContain(chain);
        (probe.HasMapMark, probe.HasBpf, probe.HasHopLimit, probe.HasIPv6).ShouldBe((true, true, true, true));
        (await Shell.DumpAsync()).ShouldNotContain("PLSD", Case.Insensitive);
    }

    [Fact]
    public async Task ApplyAsync_SetOfAnotherType_SaysWhichAndTouchesNothing()
    {
        await Shell.RunAsync("ipset create plsd4-eg hash:net");
        await Shell.RunAsync("iptables-nft -w -t mangle -N PLSD-OLD");
        await Shell.RunAsync("iptables-nft -w -t mangle -A PLSD-OLD -m set --match-set plsd4-eg src -j DROP");

        var failure = await Should.ThrowAsync<NetfilterException>(() =>
            Applier(NetfilterBackend.Nft).ApplyAsync(Compile(new RandomCluster(7).Snapshot()), Shell.Cancelled)
        );

        failure.Message.ShouldContain("plsd4-eg");
        (await Shell.RunAsync("iptables-nft-save -t mangle")).ShouldNotContain("PLSD-FWD");
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task ApplyAsync_SetStillUsedByAnotherProgram_IsLeftAndDestroyedWhenItIsFree(NetfilterBackend backend)
    {
        var program = backend == NetfilterBackend.Legacy ? "iptables-legacy" : "iptables-nft";
        var applier = new NetfilterApplier(new NetfilterOptions { Backend = backend, KeepUnusedClasses = 0 });
        await applier.ApplyAsync(Compile(new RandomCluster(7).Snapshot()), Shell.Cancelled);
        var used = (await Shell.RunAsync("ipset list -n")).Split('\n').First(name => name.StartsWith("plsd4-p-", StringComparison.Ordinal));
        await Shell.RunAsync($"{program} -w -A INPUT -m set --match-set {used} src -j ACCEPT");
        var empty = Compile(ClusterSnapshot.Empty);

        var first = await applier.ApplyAsync(empty, Shell.Cancelled);
        var second = await applier.ApplyAsync(empty, Shell.Cancelled);
        (await applier.VerifyAsync(Shell.Cancelled)).Differences.ShouldBeEmpty();
        await Shell.RunAsync($"{program} -w -D INPUT 1");
        var third = await applier.ApplyAsync(empty, Shell.Cancelled);

        (first.PendingDestroys, second.PendingDestroys, third.PendingDestroys).ShouldBe((1, 1, 0));
        (await Shell.RunAsync("ipset list -n")).ShouldNotContain("plsd4-p-");
    }

    [Fact]
    public async Task ApplyAsync_TableThatIptablesCannotRead_SaysSoAndPilesNothingUp()
    {
        var (first, second) = (Compile(new RandomCluster(7).Snapshot()), Compile(new RandomCluster(8).Snapshot()));
        await Applier(NetfilterBackend.Nft).ApplyAsync(first, Shell.Cancelled);
        var before = await Shell.RunAsync("iptables-nft-save -t mangle");
        await Shell.RunAsync("nft add chain ip mangle foreign");
        await Shell.RunAsync("nft add rule ip mangle foreign meta mark set ct mark");

        var failures = new[]
        {
            await Should.ThrowAsync<NetfilterException>(() => Applier(NetfilterBackend.Nft).ApplyAsync(second, Shell.Cancelled)),
            await Should.ThrowAsync<NetfilterException>(() => Applier(NetfilterBackend.Nft).ApplyAsync(second, Shell.Cancelled)),
        };

        failures.ShouldAllBe(failure => failure.Message.Contains("made with nft", StringComparison.Ordinal));
        await Shell.RunAsync("nft flush chain ip mangle foreign");
        await Shell.RunAsync("nft delete chain ip mangle foreign");
        Rules(await Shell.RunAsync("iptables-nft-save -t mangle")).ShouldBe(Rules(before));
        (await Applier(NetfilterBackend.Nft).ApplyAsync(second, Shell.Cancelled)).Changed.ShouldBeTrue();
    }

    [Fact]
    public async Task ApplyAsync_SetTooSmall_MakesItLarger()
    {
        var ruleset = Compile(new RandomCluster(7).Snapshot());
        await Applier(NetfilterBackend.Nft).ApplyAsync(ruleset, Shell.Cancelled);
        var saved = await Shell.RunAsync("ipset save plsd4-eg");
        await Shell.RunAsync(
            "ipset restore",
            saved.Replace("plsd4-eg", "small", StringComparison.Ordinal).Replace("maxelem 65536", "maxelem 8", StringComparison.Ordinal)
        );
        await Shell.RunAsync("ipset swap small plsd4-eg");
        await Shell.RunAsync("ipset destroy small");
        var many = Enumerable.Range(10, 100).Aggregate(new RandomCluster(7).Snapshot(), AddPod);

        await Applier(NetfilterBackend.Nft).ApplyAsync(Compile(many), Shell.Cancelled);

        var after = await Shell.RunAsync("ipset save plsd4-eg");
        after.ShouldContain("maxelem 65536");
        after.ShouldContain("add plsd4-eg 10.244.1.110 ");
        (await Shell.RunAsync("ipset list -n")).ShouldNotContain("plsd4-t-");
    }

    [Fact]
    public async Task RestoreAsync_BadLine_IsNamed()
    {
        var tool = new IptablesTool(
            new ToolRunner(new NetfilterOptions()),
            new NetfilterOptions(),
            NetfilterBackend.Legacy,
            Policy.Net.IpFamily.IPv4
        );

        var failure = await Should.ThrowAsync<NetfilterException>(() =>
            tool.RestoreAsync("*mangle\n:PLSD-X - [0:0]\n-A PLSD-X -m nonsense -j DROP\nCOMMIT\n", Shell.Cancelled)
        );

        failure.Message.ShouldContain("-A PLSD-X -m nonsense -j DROP");
    }

    [Fact]
    public async Task RunAsync_ProgramMissing_SaysWhatToInstall()
    {
        var failure = await Should.ThrowAsync<NetfilterException>(() =>
            new ToolRunner(new NetfilterOptions()).RunAsync("no-such-program", [], null, Shell.Cancelled)
        );

        failure.Message.ShouldContain("apt-get install");
    }

    private static ClusterSnapshot AddPod(ClusterSnapshot cluster, int number) =>
        cluster with
        {
            Pods = cluster.Pods.Add(
                new()
                {
                    Namespace = "red",
                    Name = $"many-{number}",
                    NodeName = RandomCluster.Node,
                    Addresses = [IpAddress.Parse($"10.244.1.{number + 100}")],
                }
            ),
        };

    private static async Task WaitForLockAsync()
    {
        while (
            (
                await new ToolRunner(new NetfilterOptions()).TryRunAsync(
                    "flock",
                    ["-n", "/run/xtables.lock", "true"],
                    null,
                    Shell.Cancelled
                )
            ).ExitCode == 0
        )
        {
            await Task.Yield();
        }
    }

    private static Ruleset Changed(RandomCluster cluster)
    {
        cluster.Change();
        cluster.Change();
        return Compile(cluster.Snapshot());
    }

    /// <summary>The steps, with every set command a step of its own.</summary>
    private static IEnumerable<PlanStep> Singles(ApplyPlan plan) =>
        plan.Steps.SelectMany<PlanStep, PlanStep>(step =>
            step is SetBatch batch ? batch.Commands.Select(command => new SetBatch([command])) : [step]
        );

    private static string Rules(string saved) =>
        string.Join('\n', saved.Split('\n').Where(line => line.StartsWith("-A", StringComparison.Ordinal)));

    private static NetfilterApplier Applier(NetfilterBackend backend) => new(new NetfilterOptions { Backend = backend });

    private static Ruleset Compile(ClusterSnapshot cluster) =>
        PolicyCompiler.Compile(cluster, RandomCluster.Node, DataplaneOptions.Default);
}
