using Palisade.Dataplane.Planning;
using Palisade.Dataplane.Tests.Model;
using Palisade.Dataplane.Tests.Support;
using Palisade.Policy;
using Palisade.Policy.Net;
using static Palisade.Dataplane.Tests.Support.ClusterBuilder;

namespace Palisade.Dataplane.Tests.Planning;

/// <summary>What plans do to a kernel, and how few of them it takes.</summary>
public sealed class ApplyPlannerTests
{
    [Theory]
    [InlineData(UnknownPods.Deny, false)]
    [InlineData(UnknownPods.Allow, true)]
    public void Plan_UnknownAddressOfThePodRange_GoesByTheOption(UnknownPods option, bool passes)
    {
        var cluster = new ClusterBuilder().Namespace("shop").Policy("shop/deny", spec => spec.PolicyTypes = ["Egress"]).Build();

        var model = new KernelModel(
            PlannedKernel.Of(PolicyCompiler.Compile(cluster, "node-a", DataplaneOptions.Default with { UnknownPods = option }))
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
        var kernel = PlannedKernel.Of(ruleset);

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
    public void Plan_NamedPortWithBlock_IsThePodsOwnAndNoOtherAddress()
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
            .Pod("other/in", "node-b", "198.51.100.7", "", Http(80))
            .Pod("other/in-too", "node-b", "198.51.100.8", "", Http(8080))
            .Pod("other/excepted", "node-b", "198.51.100.130", "", Http(80))
            .Pod("other/elsewhere", "node-b", "10.244.2.2", "", Http(80))
            .Build();

        var model = new KernelModel(PlannedKernel.Of(Compile(cluster)));

        model.Passes(Tcp("198.51.100.1", "10.244.1.2")).ShouldBeTrue();
        model.Passes(Tcp("198.51.100.1", "10.244.1.3")).ShouldBeFalse("http is another number there");
        model.Passes(Tcp("198.51.100.1", "10.244.1.3") with { Port = 8080 }).ShouldBeTrue();
        model.Passes(Tcp("198.51.100.200", "10.244.1.2")).ShouldBeFalse("excepted");
        model.Passes(Tcp("203.0.113.1", "10.244.1.2")).ShouldBeFalse("outside the block");
        model.Passes(Tcp("10.244.1.2", "198.51.100.1")).ShouldBeFalse("no pod's");
        model.Passes(Tcp("10.244.1.2", "198.51.100.7")).ShouldBeTrue();
        model.Passes(Tcp("10.244.1.2", "198.51.100.7") with { Port = 8080 }).ShouldBeFalse("http is another number there");
        model.Passes(Tcp("10.244.1.2", "198.51.100.8") with { Port = 8080 }).ShouldBeTrue();
        model.Passes(Tcp("10.244.1.2", "198.51.100.130")).ShouldBeFalse("excepted");
        model.Passes(Tcp("10.244.1.2", "10.244.2.2")).ShouldBeFalse("outside the block");
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
        var kernel = PlannedKernel.Of(ruleset);

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
        var kernel = PlannedKernel.Of(Compile(with));

        var gone = ApplyPlanner.Plan(Compile(without), kernel).Steps;
        PlannedKernel.Of(Compile(without), kernel);
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

        var kernel = PlannedKernel.Of(Compile(Shop(80)));

        var steps = ApplyPlanner.Plan(Compile(Shop(81)), kernel).Steps;

        steps.Count(step => step is RulesTransaction).ShouldBe(2, "one per family");
        steps.OfType<SetBatch>().ShouldBeEmpty();
    }

    private static Ruleset Compile(ClusterSnapshot snapshot) => PolicyCompiler.Compile(snapshot, "node-a", DataplaneOptions.Default);

    private static Packet Tcp(string source, string destination) =>
        new(IpAddress.Parse(source), IpAddress.Parse(destination), Packet.Tcp, 80);
}
