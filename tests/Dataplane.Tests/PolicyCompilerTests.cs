using Palisade.Dataplane.Kernel;
using Palisade.Dataplane.Planning;
using Palisade.Dataplane.Tests.Model;
using Palisade.Dataplane.Tests.Support;
using Palisade.Models;
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
        foreach (var pod in cluster.Pods)
        {
            pod.Metadata.CreationTimestamp = DateTimeOffset.UnixEpoch.AddDays(pod.Metadata.Name == "new" ? 2 : 1);
        }

        Compile(cluster).Pods.ShouldHaveSingleItem().Name.ShouldBe("new");
    }

    [Fact]
    public void Compile_TerminatingPod_StaysUntilItIsGone()
    {
        var cluster = new ClusterBuilder().Namespace("shop").Pod("shop/db", "node-a", "10.244.1.2").Build();
        cluster.Pods[0].Metadata.DeletionTimestamp = DateTimeOffset.UnixEpoch;

        Compile(cluster).Pods.ShouldHaveSingleItem();
    }

    [Fact]
    public void Compile_PodsWithoutAddressOnHostNetworkOrFinished_AreLeftOutAndTheOthersAreNot()
    {
        var cluster = new ClusterBuilder().Namespace("shop");
        foreach (var (name, host) in new[] { ("none", 2), ("host", 3), ("done", 4), ("broken", 5), ("db", 6), ("api", 7) })
        {
            cluster.Pod($"shop/{name}", "node-a", $"10.244.1.{host},fd00:10:244:1::{host}");
        }

        var snapshot = cluster
            .Policy("shop/all", spec => spec.Ingress = [new() { FromProperty = [new() { PodSelector = new() }] }])
            .Build();
        snapshot.Pods[0].Status!.PodIPs = null;
        snapshot.Pods[1].Spec!.HostNetwork = true;
        snapshot.Pods[2].Status!.Phase = "Failed";
        snapshot.Pods[3].Status!.PodIPs = [new() { Ip = "not an address" }];

        var ruleset = Compile(snapshot);

        ruleset.Pods.Select(pod => pod.Name).ShouldBe(["api", "db"], ignoreOrder: true);
        ruleset.Sets.Length.ShouldBe(2, "one per family");
        ruleset.Sets.ShouldAllBe(set => set.Entries.Length == 2);
        new KernelModel(Settle(ruleset)).Passes(Tcp("10.244.1.3", "10.244.1.6")).ShouldBeFalse("a pod on the node's network is no peer");
    }

    [Theory]
    [InlineData(UnknownPods.Deny, false)]
    [InlineData(UnknownPods.Allow, true)]
    public void Plan_UnknownAddressOfThePodRange_GoesByTheOption(UnknownPods option, bool passes)
    {
        var cluster = new ClusterBuilder().Namespace("shop").Policy("shop/deny", spec => spec.PolicyTypes = ["Egress"]).Build();

        var model = new KernelModel(
            Settle(PolicyCompiler.Compile(cluster, "node-a", DataplaneOptions.Default with { UnknownPods = option }))
        );

        model.Passes(Tcp("10.244.1.99", "198.51.100.1")).ShouldBe(passes);
        model.Passes(Tcp("198.51.100.1", "10.244.1.99")).ShouldBeTrue("no policy isolates any pod's ingress");
        model.Passes(Tcp("10.244.2.99", "198.51.100.1")).ShouldBeTrue("not of this node's range");
        model.Passes(Tcp("10.244.1.99", "198.51.100.1") with { IsEstablished = true }).ShouldBeTrue();
    }

    [Fact]
    public void Plan_MoreClassesThanNumbers_JudgesAsTheEvaluator()
    {
        const int Pods = 300;
        var cluster = new ClusterBuilder().Namespace("shop");
        for (var i = 0; i < Pods; i++)
        {
            var port = i + 1;
            cluster.Pod(
                $"shop/p{i}",
                "node-a",
                $"10.244.1.{i % 250}".Replace(".1.", $".{1 + (i / 250 * 8)}.", StringComparison.Ordinal),
                $"n=p{i}"
            );
            cluster.Policy(
                $"shop/p{i}",
                spec =>
                {
                    spec.PodSelector = Select($"n=p{port - 1}");
                    spec.PolicyTypes = ["Ingress", "Egress"];
                    spec.Ingress = [new() { Ports = [new() { Port = port }] }];
                    spec.Egress = [new() { Ports = [new() { Port = port + 1 }] }];
                }
            );
        }

        var snapshot = cluster.Build();
        var ruleset = Compile(snapshot);
        var kernel = Settle(ruleset);

        ruleset.Classes.Count(pods => pods.Direction == Direction.Ingress).ShouldBe(Pods);
        kernel
            .Sets[Names.ClassMap(IpFamily.IPv4, Direction.Ingress)]
            .Entries.Values.Count(number => number == ClassNumber.Overflow)
            .ShouldBe(Pods - ClassNumber.MaxMarked);
        var (model, evaluator) = (new KernelModel(kernel), new NaiveEvaluator(snapshot, "node-a"));
        foreach (var pod in ruleset.Pods)
        {
            foreach (var port in (int[])[1, 250, 251, 252, 253, 254, 299, 300])
            {
                var packet = new Packet(IpAddress.Parse("198.51.100.1"), pod.Addresses[0], Packet.Tcp, port);
                model.Passes(packet).ShouldBe(evaluator.Allows(packet), packet.ToString());
                var back = new Packet(pod.Addresses[0], IpAddress.Parse("198.51.100.1"), Packet.Tcp, port);
                model.Passes(back).ShouldBe(evaluator.Allows(back), back.ToString());
            }
        }
    }

    [Fact]
    public void Plan_NamedPortWithBlock_IsThePodsOwnOnIngressAndNothingOnEgress()
    {
        V1ContainerPort Http(int number) => new() { Name = "http", ContainerPort = number };
        V1NetworkPolicyPeer block = new()
        {
            IpBlock = new() { Cidr = "198.51.100.0/24", Except = ["198.51.100.128/25"] },
        };
        var cluster = new ClusterBuilder()
            .Namespace("shop")
            .Pod("shop/old", "node-a", "10.244.1.2", "", Http(80))
            .Pod("shop/new", "node-a", "10.244.1.3", "", Http(8080))
            .Policy(
                "shop/http",
                spec =>
                {
                    spec.PolicyTypes = ["Ingress", "Egress"];
                    spec.Ingress = [new() { FromProperty = [block], Ports = [new() { Port = "http" }] }];
                    spec.Egress = [new() { To = [block], Ports = [new() { Port = "http" }] }];
                }
            )
            .Build();

        var model = new KernelModel(Settle(Compile(cluster)));

        model.Passes(Tcp("198.51.100.1", "10.244.1.2")).ShouldBeTrue();
        model.Passes(Tcp("198.51.100.1", "10.244.1.3")).ShouldBeFalse("http is another number there");
        model.Passes(Tcp("198.51.100.1", "10.244.1.3") with { Port = 8080 }).ShouldBeTrue();
        model.Passes(Tcp("198.51.100.200", "10.244.1.2")).ShouldBeFalse("excepted");
        model.Passes(Tcp("203.0.113.1", "10.244.1.2")).ShouldBeFalse("outside the block");
        model.Passes(Tcp("10.244.1.2", "198.51.100.1")).ShouldBeFalse("a block has no pods whose port could be called so");
    }

    [Fact]
    public void Plan_AuditedProfile_DeniesNothingAndLogs()
    {
        var cluster = new ClusterBuilder()
            .Namespace("shop")
            .Namespace("closed")
            .Pod("shop/db", "node-a", "10.244.1.2")
            .Pod("closed/db", "node-a", "10.244.1.3")
            .Policy("closed/deny", spec => spec.PolicyTypes = ["Ingress", "Egress"])
            .Build() with
        {
            AuditProfiles =
            [
                new()
                {
                    Metadata = new() { Name = "audit" },
                    Spec = new() { NamespaceSelector = new(), Enforcement = "Audit" },
                },
            ],
        };

        var ruleset = Compile(cluster);
        var kernel = Settle(ruleset);

        var model = new KernelModel(kernel);
        model.Passes(Tcp("198.51.100.1", "10.244.1.2")).ShouldBeTrue();
        model.Passes(Tcp("10.244.1.2", "198.51.100.1")).ShouldBeTrue();
        model.Passes(Tcp("198.51.100.1", "10.244.1.3")).ShouldBeFalse("what is enforced stays so");
        ruleset.Classes.Count(pods => pods.IsAudit).ShouldBe(2);
        var chains = kernel.Families[IpFamily.IPv4].Mangle.Chains;
        chains[Names.Audit(Direction.Ingress)].Rules.ShouldContain(rule => rule.Contains("NFLOG", StringComparison.Ordinal));
        new ConnectionJudge(ruleset).Allows(new(IpAddress.Parse("198.51.100.1"), IpAddress.Parse("10.244.1.2"), 6, 80)).ShouldBeTrue();
    }

    [Fact]
    public void Plan_PodOfKnownClassComesBack_WritesNoRules()
    {
        var with = new ClusterBuilder().Namespace("shop").Pod("shop/db", "node-a", "10.244.1.2").Policy("shop/deny", _ => { }).Build();
        var without = with with { Pods = [] };
        var kernel = Settle(Compile(with));

        var gone = ApplyPlanner.Plan(Compile(without), kernel).Steps;
        Settle(Compile(without), kernel);
        var back = ApplyPlanner.Plan(Compile(with), kernel).Steps;

        gone.ShouldAllBe(step => step is SetBatch);
        back.ShouldAllBe(step => step is SetBatch);
        (gone.Length, back.Length).ShouldBe((1, 1));
    }

    [Fact]
    public void Plan_PolicyChanged_TakesOneTransactionAndMovesNobody()
    {
        static ClusterSnapshot Shop(int port) =>
            new ClusterBuilder()
                .Namespace("shop")
                .Pod("shop/db", "node-a", "10.244.1.2")
                .Policy("shop/db", spec => spec.Ingress = [new() { Ports = [new() { Port = port }] }])
                .Build();

        var kernel = Settle(Compile(Shop(80)));

        var steps = ApplyPlanner.Plan(Compile(Shop(81)), kernel).Steps;

        steps.Count(step => step is RulesTransaction).ShouldBe(2, "one per family");
        steps.OfType<SetBatch>().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0xff000000u)]
    [InlineData(0x00ff0000u)]
    [InlineData(0x000000ffu)]
    public void Compile_MarkMaskOfEightBits_IsTaken(uint mask) =>
        Should.NotThrow(() =>
            Settle(PolicyCompiler.Compile(ClusterSnapshot.Empty, "node-a", DataplaneOptions.Default with { MarkMask = mask }))
        );

    [Theory]
    [InlineData(0u)]
    [InlineData(0xf0f00000u)]
    [InlineData(0xffffu)]
    public void Compile_OtherMarkMask_IsRefused(uint mask) =>
        Should
            .Throw<ArgumentException>(() =>
                PolicyCompiler.Compile(ClusterSnapshot.Empty, "node-a", DataplaneOptions.Default with { MarkMask = mask })
            )
            .Message.ShouldContain("eight adjacent bits");

    [Fact]
    public void Of_PartsCutDifferently_AreDifferentHashes()
    {
        ContentHash.Of("a", "bc").ShouldNotBe(ContentHash.Of("ab", "c"));
        ContentHash.Of("a").ShouldNotBe(ContentHash.Of("a", ""));
        ContentHash.Of("a").Length.ShouldBe(ContentHash.Length);
    }

    [Fact]
    public void Names_TheLongestOnes_FitTheKernel()
    {
        var hash = new string('x', ContentHash.Length);
        string[] sets = [Names.OverflowSet(IpFamily.IPv6, Direction.Egress, hash), Names.Set(IpFamily.IPv6, "p-" + hash)];
        string[] chains = [Names.Policy(Direction.Ingress, hash), Names.OverflowClass(Direction.Egress, hash)];

        sets.ShouldAllBe(name => name.Length <= 31);
        chains.ShouldAllBe(name => name.Length <= 28);
    }

    private static Ruleset Compile(ClusterSnapshot snapshot) => PolicyCompiler.Compile(snapshot, "node-a", DataplaneOptions.Default);

    private static Packet Tcp(string source, string destination) =>
        new(IpAddress.Parse(source), IpAddress.Parse(destination), Packet.Tcp, 80);

    private static KernelState Settle(Ruleset ruleset, KernelState? kernel = null)
    {
        kernel ??= KernelState.Empty(IpFamily.IPv4, IpFamily.IPv6);
        for (var plan = ApplyPlanner.Plan(ruleset, kernel); !plan.IsEmpty; plan = ApplyPlanner.Plan(ruleset, kernel))
        {
            foreach (var step in plan.Steps)
            {
                kernel.Apply(step);
            }
        }

        return kernel;
    }
}
