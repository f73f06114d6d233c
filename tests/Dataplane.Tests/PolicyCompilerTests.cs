using Palisade.Dataplane.Tests.Model;
using Palisade.Dataplane.Tests.Support;
using Palisade.Policy;
using Palisade.Policy.Net;
using static Palisade.Dataplane.Tests.Support.ClusterBuilder;

namespace Palisade.Dataplane.Tests;

public sealed class PolicyCompilerTests
{
    [Fact]
    public void Compile_EqualPoliciesInManyNamespaces_ShareOneClassAndOneChain()
    {
        var cluster = new ClusterBuilder();
        for (var i = 0; i < 20; i++)
        {
            cluster.Namespace($"ns{i}").Pod($"ns{i}/p", "node-a", $"10.244.1.{i + 1}");
            cluster.Policy(
                $"ns{i}/stamped",
                spec => spec.Ingress = [new() { FromProperty = [new() { NamespaceSelector = Select("team=ops") }] }]
            );
        }

        var ruleset = Compile(cluster.Build());

        ruleset.Chains.Length.ShouldBe(1);
        ruleset.Classes.Length.ShouldBe(1);
        ruleset.Classes[0].Policies.Length.ShouldBe(20);
    }

    [Fact]
    public void Compile_PolicyThatSelectsNoLocalPod_TakesNoRoom()
    {
        var cluster = new ClusterBuilder()
            .Namespace("shop")
            .Pod("shop/web", "node-a", "10.244.1.2", "app=web")
            .Pod("shop/db", "node-b", "10.244.2.2", "app=db")
            .Policy(
                "shop/db",
                spec =>
                {
                    spec.PodSelector = Select("app=db");
                    spec.Ingress = [new() { FromProperty = [new() { PodSelector = new() }] }];
                }
            );

        var ruleset = Compile(cluster.Build());

        (ruleset.Chains.Length, ruleset.Sets.Length, ruleset.Classes.Length).ShouldBe((0, 0, 0));
    }

    [Theory]
    [InlineData("10.0.0.0/33", null, "spec.ingress[0].from[0].ipBlock.cidr")]
    [InlineData("10.0.0.0/8", "10.0.0.0/99", "spec.ingress[0].from[0].ipBlock.except")]
    public void Compile_BlockThatCannotBeRead_AllowsNothingAndIsReported(string cidr, string? except, string field)
    {
        var cluster = new ClusterBuilder()
            .Namespace("shop")
            .Pod("shop/db", "node-a", "10.244.1.2")
            .Policy(
                "shop/db",
                spec =>
                    spec.Ingress = [
                        new()
                        {
                            FromProperty =
                            [
                                new()
                                {
                                    IpBlock = new() { Cidr = cidr, Except = except is null ? null : [except] },
                                },
                            ],
                        },
                    ]
            );

        var ruleset = Compile(cluster.Build());

        ruleset.Problems.ShouldHaveSingleItem().Field.ShouldBe(field);
        ruleset.Classes.ShouldHaveSingleItem().Chains.ShouldBeEmpty();
    }

    [Fact]
    public void Compile_PodSelectorThatCannotBeUnderstood_IsolatesTheWholeNamespace()
    {
        var cluster = new ClusterBuilder()
            .Namespace("shop")
            .Pod("shop/db", "node-a", "10.244.1.2")
            .Policy(
                "shop/db",
                spec =>
                {
                    spec.PodSelector = new() { MatchExpressions = [new() { Key = "a", OperatorProperty = "Near" }] };
                    spec.Ingress = [];
                }
            );

        var ruleset = Compile(cluster.Build());

        ruleset.Pods.ShouldHaveSingleItem().IngressClass.ShouldNotBeNull();
        ruleset.Problems.ShouldHaveSingleItem().Field.ShouldBe("spec.podSelector");
    }

    [Fact]
    public void Compile_OneOfTwoRulesCannotBeUnderstood_AllowsNothingOfBoth()
    {
        var cluster = new ClusterBuilder()
            .Namespace("shop")
            .Pod("shop/db", "node-a", "10.244.1.2")
            .Policy(
                "shop/db",
                spec =>
                    spec.Ingress = [
                        new() { Ports = [new() { Port = 80 }] },
                        new()
                        {
                            FromProperty =
                            [
                                new() { PodSelector = new() { MatchExpressions = [new() { Key = "a", OperatorProperty = "Near" }] } },
                            ],
                        },
                    ]
            );

        var ruleset = Compile(cluster.Build());

        ruleset.Classes.ShouldHaveSingleItem().Chains.ShouldBeEmpty();
        ruleset.Problems.ShouldHaveSingleItem().Field.ShouldBe("spec.ingress[1].from[0].podSelector");
    }

    [Fact]
    public void Compile_TwoPodsClaimOneAddress_TheNewerHasIt()
    {
        var cluster = new ClusterBuilder()
            .Namespace("shop")
            .Pod("shop/old", "node-a", "10.244.1.2")
            .Pod("shop/new", "node-a", "10.244.1.2")
            .Build();
        var pods = cluster.Pods.Select(pod => pod with { Created = DateTime.UnixEpoch.AddDays(pod.Name == "new" ? 2 : 1) });

        Compile(cluster with { Pods = [.. pods] }).Pods.ShouldHaveSingleItem().Name.ShouldBe("new");
    }

    [Fact]
    public void Compile_TerminatingPod_StaysUntilItIsGone()
    {
        var cluster = new ClusterBuilder().Namespace("shop").Pod("shop/db", "node-a", "10.244.1.2").Build();

        Compile(cluster with { Pods = [cluster.Pods[0] with { IsTerminating = true }] }).Pods.ShouldHaveSingleItem();
    }

    [Fact]
    public void Compile_PodsWithoutAddressOrNodeOnHostNetworkOrFinished_AreLeftOutAndTheOthersAreNot()
    {
        var cluster = new ClusterBuilder().Namespace("shop");
        foreach (var (name, host) in new[] { ("none", 2), ("host", 3), ("done", 4), ("unbound", 5), ("db", 6), ("api", 7) })
        {
            cluster.Pod($"shop/{name}", "node-a", $"10.244.1.{host},fd00:10:244:1::{host}");
        }

        var snapshot = cluster
            .Policy("shop/all", spec => spec.Ingress = [new() { FromProperty = [new() { PodSelector = new() }] }])
            .Build();
        PodFacts[] pods =
        [
            snapshot.Pods[0] with
            {
                Addresses = [],
            },
            snapshot.Pods[1] with
            {
                HostNetwork = true,
            },
            snapshot.Pods[2] with
            {
                HasFinished = true,
            },
            snapshot.Pods[3] with
            {
                NodeName = null,
            },
            .. snapshot.Pods[4..],
        ];

        var ruleset = Compile(snapshot with { Pods = [.. pods] });

        ruleset.Pods.Select(pod => pod.Name).ShouldBe(["api", "db"], ignoreOrder: true);
        ruleset.Sets.Length.ShouldBe(2, "one per family");
        ruleset.Sets.ShouldAllBe(set => set.Entries.Length == 2);
        new KernelModel(PlannedKernel.Of(ruleset))
            .Passes(Tcp("10.244.1.3", "10.244.1.6"))
            .ShouldBeFalse("a pod on the node's network is no peer");
    }

    private static Ruleset Compile(ClusterSnapshot snapshot) => PolicyCompiler.Compile(snapshot, "node-a", DataplaneOptions.Default);

    private static Packet Tcp(string source, string destination) =>
        new(IpAddress.Parse(source), IpAddress.Parse(destination), Packet.Tcp, 80);
}
