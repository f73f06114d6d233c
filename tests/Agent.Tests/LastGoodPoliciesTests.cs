using Palisade.Dataplane;
using Palisade.Policy;
using Palisade.Policy.Net;

namespace Palisade.Agent.Tests;

public sealed class LastGoodPoliciesTests
{
    private readonly PolicyCompiler _compiler = new("node-a", DataplaneOptions.Default);
    private readonly LastGoodPolicies _policies;

    public LastGoodPoliciesTests() => _policies = new(_compiler.Compile);

    [Fact]
    public void Compile_PolicyBecomesFaulty_KeepsWhatItAllowedAndReports()
    {
        var good = Enforce(Cluster(Policy("a", 80)));

        var ruleset = Enforce(Cluster(Policy("a", 0)));
        var again = Enforce(Cluster(Policy("a", -1)));

        ruleset.Chains.Select(chain => chain.Name).ShouldBe(good.Chains.Select(chain => chain.Name));
        again.Chains.Select(chain => chain.Name).ShouldBe(good.Chains.Select(chain => chain.Name));
        ruleset.Problems.ShouldHaveSingleItem().Value.ShouldBe("0-");
        again.Problems.ShouldHaveSingleItem().Value.ShouldBe("-1-");
    }

    [Fact]
    public void Compile_PolicyMendedAfterwards_TakesItsNewContent()
    {
        Enforce(Cluster(Policy("a", 80)));
        Enforce(Cluster(Policy("a", 0)));

        var ruleset = Enforce(Cluster(Policy("a", 81)));

        ruleset.Problems.ShouldBeEmpty();
        ruleset.Chains.ShouldHaveSingleItem().IPv4.ShouldHaveSingleItem().ToString().ShouldContain("--dport 81");
    }

    [Fact]
    public void Compile_PolicyFaultyFromTheBeginning_IsolatesAndAllowsNothing()
    {
        var first = Enforce(Cluster(Policy("a", 0)));
        var second = Enforce(Cluster(Policy("a", -1)));

        first.Classes.ShouldHaveSingleItem().Chains.ShouldBeEmpty();
        second.Classes.ShouldHaveSingleItem().Chains.ShouldBeEmpty();
    }

    [Fact]
    public void Compile_PolicyFaultyWhenItFirstSelectsAPod_IsolatesAndAllowsNothing()
    {
        Enforce(Cluster(Policy("a", 0)) with { Pods = [] });

        var ruleset = Enforce(Cluster(Policy("a", -1)));

        ruleset.Classes.ShouldHaveSingleItem().Chains.ShouldBeEmpty();
        ruleset.Problems.ShouldHaveSingleItem();
    }

    [Fact]
    public void Compile_PolicyThatTheKernelDidNotTakeIsChanged_KeepsWhatItAllowedBefore()
    {
        Enforce(Cluster(Policy("a", 80)));
        var refused = _policies.Compile(Cluster(Policy("a", 7777))).Chains.Single().Name;
        _compiler.Limits = new() { RefusedChains = KernelLimits.None.RefusedChains.Add(refused, new(null, "no")) };

        var ruleset = Enforce(Cluster(Policy("a", 7777)));

        ruleset.Chains.ShouldHaveSingleItem().IPv4.ShouldHaveSingleItem().ToString().ShouldContain("--dport 80");
        ruleset.Problems.ShouldHaveSingleItem().Lacks.ShouldBe("no");
    }

    [Fact]
    public void Compile_FaultyPolicyMadeAnew_KeepsNothingOfTheOldOne()
    {
        Enforce(Cluster(Policy("a", 80)));

        var ruleset = Enforce(Cluster(Policy("b", 0)));

        ruleset.Classes.ShouldHaveSingleItem().Chains.ShouldBeEmpty();
    }

    private Ruleset Enforce(ClusterSnapshot cluster)
    {
        var ruleset = _policies.Compile(cluster);
        _policies.Enforced();
        return ruleset;
    }

    private static ClusterSnapshot Cluster(PolicyFacts policy) =>
        new()
        {
            Namespaces = [new() { Name = "shop" }],
            Policies = [policy],
            Pods =
            [
                new()
                {
                    Namespace = "shop",
                    Name = "db",
                    NodeName = "node-a",
                    Addresses = [IpAddress.Parse("10.244.1.2")],
                },
            ],
        };

    private static PolicyFacts Policy(string uid, int port) =>
        new()
        {
            Namespace = "shop",
            Name = "p",
            Uid = uid,
            Spec = new() { PodSelector = new(), Ingress = [new() { Ports = [new() { Port = port }] }] },
        };
}
