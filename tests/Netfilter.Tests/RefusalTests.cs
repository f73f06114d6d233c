using Palisade.Dataplane;
using Palisade.Dataplane.Tests.Support;
using Palisade.Policy.Net;
using static Palisade.Dataplane.Tests.Support.ClusterBuilder;

namespace Palisade.Netfilter.Tests;

/// <summary>A kernel that does not take what one policy needs: all others, and new pods, are none the worse for it.</summary>
[Collection(KernelTests.Name)]
public sealed class RefusalTests : IAsyncLifetime
{
    private readonly RefusingTools _tools = new();

    public static TheoryData<NetfilterBackend> Backends { get; } = [NetfilterBackend.Legacy, NetfilterBackend.Nft];

    public async ValueTask InitializeAsync() => await Shell.ResetAsync();

    public async ValueTask DisposeAsync()
    {
        _tools.Dispose();
        await Shell.ResetAsync();
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task ApplyAsync_RuleOfOnePolicyIsRefused_OthersAndNewPodsArriveAndItsPodsStayIsolated(NetfilterBackend backend)
    {
        var applier = Applier(backend);
        var contained = new ContainedApplier(applier, KernelLimits.None);
        await contained.ApplyAsync(limits => Compile(Shop(80), limits), Shell.Cancelled);
        _tools.Refuse("-m sctp --dport 7777");
        var cluster = Shop(81)
            .Policy("shop/sctp", spec => Allow(spec, "app=db", "SCTP", 7777))
            .Pod("shop/new", "node-a", "10.244.1.12,fd00:10:244:1::12", "app=web");

        var (ruleset, _) = await contained.ApplyAsync(limits => Compile(cluster, limits), Shell.Cancelled);

        var problem = ruleset.Problems.ShouldHaveSingleItem();
        problem.ToString().ShouldStartWith("shop/sctp: spec.ingress[0]: \"-p sctp -m sctp --dport 7777 -g PLSD-OK\"");
        var rules = await Shell.RunAsync(Save(backend));
        rules.ShouldContain("--dport 81");
        rules.ShouldNotContain("sctp");
        rules.ShouldNotContain("PLSD-PROBE");
        var sets = await Shell.RunAsync("ipset save plsd4-in");
        sets.ShouldContain("add plsd4-in 10.244.1.12 ");
        // Isolated: neither unknown nor class 1.
        sets.ShouldMatch("add plsd4-in 10\\.244\\.1\\.2 skbmark 0x0?[2-9]");
        (await applier.VerifyAsync(Shell.Cancelled)).Differences.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task ApplyAsync_ManyPoliciesAreRefused_AllAreFoundAtOnceAndOnlyThese(NetfilterBackend backend)
    {
        var cluster = Shop(80);
        for (var i = 0; i < 40; i++)
        {
            var (name, port) = ($"shop/p-{i:d2}", 7000 + i);
            cluster.Policy(name, spec => Allow(spec, "app=db", i % 10 == 3 ? "SCTP" : "TCP", port));
        }
        _tools.Refuse("-m sctp");
        var compiled = 0;

        var (ruleset, _) = await new ContainedApplier(Applier(backend), KernelLimits.None).ApplyAsync(
            limits => Compile(cluster, limits, ref compiled),
            Shell.Cancelled
        );

        ruleset.Problems.Select(problem => problem.Policy).ShouldBe(["shop/p-03", "shop/p-13", "shop/p-23", "shop/p-33"]);
        compiled.ShouldBe(2);
        (await Shell.RunAsync(Save(backend))).Split('\n').Count(line => line.Contains("--dport 70", StringComparison.Ordinal)).ShouldBe(36);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task ApplyAsync_KernelTakesItLater_IsWrittenWhenItIsTriedAgain(NetfilterBackend backend)
    {
        var cluster = Shop(80).Policy("shop/sctp", spec => Allow(spec, "app=db", "SCTP", 7777));
        var contained = new ContainedApplier(Applier(backend), KernelLimits.None);
        _tools.Refuse("-m sctp");
        var (refused, _) = await contained.ApplyAsync(limits => Compile(cluster, limits), Shell.Cancelled);
        _tools.Refuse();

        contained.Limits = KernelLimits.None;
        var (taken, _) = await contained.ApplyAsync(limits => Compile(cluster, limits), Shell.Cancelled);

        (refused.Problems.Length, taken.Problems.Length).ShouldBe((1, 0));
        (await Shell.RunAsync(Save(backend))).ShouldContain("-m sctp --dport 7777");
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task ApplyAsync_TypeOfSetIsRefused_IsKeptToThePoliciesThatNeedIt(NetfilterBackend backend)
    {
        _tools.Refuse("bitmap:port");
        var ports = Enumerable.Range(1, 20).Select(i => i * 2).ToArray();
        var cluster = Shop(80)
            .Policy("shop/many", spec => Allow(spec, "app=db", "TCP", ports))
            .Policy("shop/more", spec => Allow(spec, "app=db", "UDP", [.. ports.Select(port => port + 100)]));

        var (ruleset, _) = await new ContainedApplier(Applier(backend), KernelLimits.None).ApplyAsync(
            limits => Compile(cluster, limits),
            Shell.Cancelled
        );

        ruleset.Problems.Select(problem => problem.Policy).ShouldBe(["shop/many", "shop/more"]);
        ruleset.Problems.ShouldAllBe(problem =>
            problem.Field == "spec.ingress[0]" && problem.Message.Contains("set type not supported", StringComparison.Ordinal)
        );
        (await Shell.RunAsync(Save(backend))).ShouldContain("--dport 80");
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task ApplyAsync_RuleOfTheLayoutIsRefused_FailsAndBlamesNoPolicy(NetfilterBackend backend)
    {
        _tools.Refuse("RELATED,ESTABLISHED");

        var failure = await Should.ThrowAsync<NetfilterException>(() =>
            new ContainedApplier(Applier(backend), KernelLimits.None).ApplyAsync(limits => Compile(Shop(80), limits), Shell.Cancelled)
        );

        failure.Refusals.ShouldBeEmpty();
        (await Shell.RunAsync(Save(backend))).ShouldNotContain("PLSD");
    }

    [Theory]
    [InlineData(NetfilterBackend.Legacy, "-m sctp", KernelFeature.SctpPorts, "xt_sctp")]
    [InlineData(NetfilterBackend.Nft, "-m sctp", KernelFeature.SctpPorts, "xt_sctp")]
    [InlineData(NetfilterBackend.Legacy, "-m multiport", KernelFeature.SeveralPorts, "xt_multiport")]
    [InlineData(NetfilterBackend.Nft, "bitmap:port", KernelFeature.PortSets, "ip_set_bitmap_port")]
    [InlineData(NetfilterBackend.Legacy, "hash:ip,port family", KernelFeature.AddressPortSets, "ip_set_hash_ipport")]
    public async Task ProbeAsync_SomethingForSomePoliciesIsLacking_IsNamedWithItsModuleAndNothingIsLeftBehind(
        NetfilterBackend backend,
        string refused,
        KernelFeature feature,
        string module
    )
    {
        _tools.Refuse(refused);

        var probe = await NetfilterProbe.RunAsync(new() { Backend = backend }, Shell.Cancelled);

        probe.Problems.ShouldBeEmpty();
        probe.Lacking.ShouldBe([feature]);
        probe.Lacks().ShouldHaveSingleItem().ShouldContain(module);
        probe.Adapt(DataplaneOptions.Default).Limits.Lacking.ShouldBe([feature]);
        (await Shell.DumpAsync()).ShouldNotContain("PLSD", Case.Insensitive);
    }

    [Theory]
    [InlineData("-j REJECT")]
    [InlineData("-j NFLOG")]
    [InlineData("-m limit")]
    public async Task ProbeAsync_AnswerOrLogIsLacking_IsDoneWithout(string refused)
    {
        _tools.Refuse(refused);
        var probe = await NetfilterProbe.RunAsync(new() { Backend = NetfilterBackend.Nft }, Shell.Cancelled);
        var options = probe.Adapt(DataplaneOptions.Default with { LogDenials = true });

        await Applier(NetfilterBackend.Nft).ApplyAsync(PolicyCompiler.Compile(Shop(80).Build(), "node-a", options), Shell.Cancelled);

        probe.Lacks().ShouldHaveSingleItem();
        (await Shell.RunAsync("iptables-nft-save")).ShouldContain("-A FORWARD -j PLSD-FWD");
    }

    [Theory]
    [InlineData("iptables", IpFamily.IPv4, IpFamily.IPv6)]
    [InlineData("ip6tables", IpFamily.IPv6, IpFamily.IPv4)]
    public async Task ApplyAsync_ToolsOfOneFamilyDoNotWork_TheOtherFamilyIsEnforced(string missing, IpFamily lost, IpFamily enforced)
    {
        _tools.Miss($"{missing}-nft-restore", $"{missing}-legacy-restore");

        var probe = await NetfilterProbe.RunAsync(new() { Backend = NetfilterBackend.Nft }, Shell.Cancelled);
        var applier = new NetfilterApplier(new() { Backend = probe.Backend, Families = probe.Families });
        await applier.ApplyAsync(Compile(Shop(80), KernelLimits.None), Shell.Cancelled);

        probe.Problems.ShouldBeEmpty();
        probe.Families.ShouldBe([enforced]);
        probe.FamilyProblems[lost].ShouldContain("not to be used here");
        probe.NotEnforced()!.ShouldStartWith($"{lost} is not enforced");
        var (four, six) = (await Shell.RunAsync("iptables-nft-save"), await Shell.RunAsync("ip6tables-nft-save"));
        (enforced == IpFamily.IPv4 ? four : six).ShouldContain("-A FORWARD -j PLSD-FWD");
        (enforced == IpFamily.IPv4 ? six : four).ShouldNotContain("PLSD-");
        (await applier.VerifyAsync(Shell.Cancelled)).Differences.ShouldBeEmpty();

        _tools.Miss();
        applier.UseFamilies((await NetfilterProbe.RunAsync(new() { Backend = NetfilterBackend.Nft }, Shell.Cancelled)).Families);
        await applier.ApplyAsync(Compile(Shop(80), KernelLimits.None), Shell.Cancelled);
        (await Shell.RunAsync("iptables-nft-save")).ShouldContain("-A FORWARD -j PLSD-FWD");
        (await Shell.RunAsync("ip6tables-nft-save")).ShouldContain("-A FORWARD -j PLSD-FWD");
    }

    [Fact]
    public async Task ProbeAsync_MatchThatAllOfAFamilyNeedsIsLacking_OnlyThatFamilyIsLost()
    {
        _tools.Refuse("-m icmp6");

        var probe = await NetfilterProbe.RunAsync(new() { Backend = NetfilterBackend.Legacy }, Shell.Cancelled);

        probe.Problems.ShouldBeEmpty();
        probe.Families.ShouldBe([IpFamily.IPv4]);
        probe.FamilyProblems[IpFamily.IPv6].ShouldContain("icmp6");
    }

    [Fact]
    public async Task ProbeAsync_NoFamilyWorks_SaysWhatIsMissing()
    {
        _tools.Refuse("-m conntrack");

        var probe = await NetfilterProbe.RunAsync(new() { Backend = NetfilterBackend.Legacy }, Shell.Cancelled);

        probe.Problems.ShouldHaveSingleItem().ShouldContain("xt_conntrack");
    }

    private static string Save(NetfilterBackend backend) =>
        backend == NetfilterBackend.Legacy ? "iptables-legacy-save -t mangle" : "iptables-nft-save -t mangle";

    private static NetfilterApplier Applier(NetfilterBackend backend) => new(new NetfilterOptions { Backend = backend });

    private static Ruleset Compile(ClusterBuilder cluster, KernelLimits limits)
    {
        var compiled = 0;
        return Compile(cluster, limits, ref compiled);
    }

    private static Ruleset Compile(ClusterBuilder cluster, KernelLimits limits, ref int compiled)
    {
        compiled++;
        return PolicyCompiler.Compile(cluster.Build(), "node-a", DataplaneOptions.Default with { Limits = limits });
    }

    private static ClusterBuilder Shop(int port) =>
        new ClusterBuilder()
            .Namespace("shop")
            .Pod("shop/db", "node-a", "10.244.1.2,fd00:10:244:1::2", "app=db")
            .Pod("shop/web", "node-a", "10.244.1.3,fd00:10:244:1::3", "app=web")
            .Policy("shop/web", spec => Allow(spec, "app=web", "TCP", port));

    private static void Allow(V1NetworkPolicySpec spec, string labels, string protocol, params int[] ports)
    {
        spec.PodSelector = Select(labels);
        spec.Ingress = [new() { Ports = [.. ports.Select(port => new V1NetworkPolicyPort { Protocol = protocol, Port = port })] }];
    }
}
