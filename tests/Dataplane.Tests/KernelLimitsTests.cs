using Palisade.Dataplane.Tests.Support;

namespace Palisade.Dataplane.Tests;

public sealed class KernelLimitsTests
{
    public static TheoryData<KernelFeature, string, string[]> Features { get; } =
        new()
        {
            { KernelFeature.SctpPorts, "SCTP 7777", ["7777/SCTP"] },
            { KernelFeature.SeveralPorts, "80,443", ["80/TCP", "443/TCP"] },
            { KernelFeature.PortSets, "more than 15 ports", [.. Enumerable.Range(1, 20).Select(i => $"{i * 2}/TCP")] },
            { KernelFeature.AddressPortSets, "a named port", ["http/TCP"] },
        };

    [Theory]
    [MemberData(nameof(Features))]
    public void Compile_KernelLacksWhatAPolicyNeeds_ThatOneAllowsNothingAndOthersAreAsTheyWere(
        KernelFeature feature,
        string value,
        string[] ports
    )
    {
        var cluster = Cluster(ports).Build();
        var limits = new KernelLimits { Lacking = [feature] };

        var ruleset = PolicyCompiler.Compile(cluster, "node-a", DataplaneOptions.Default with { Limits = limits });

        var problem = ruleset.Problems.ShouldHaveSingleItem();
        (problem.Policy, problem.Field, problem.Value).ShouldBe(("shop/bad", "spec.ingress[1].ports", value));
        problem.Lacks.ShouldBe(KernelLimits.Describe(feature));
        problem.Message.ShouldContain(KernelLimits.Describe(feature));
        var bad = ruleset.Pods.Single(pod => pod.Name == "bad").IngressClass;
        ruleset.Classes.Single(pods => pods.Key == bad).Chains.ShouldBeEmpty();
        var good = ruleset.Pods.Single(pod => pod.Name == "good").IngressClass;
        ruleset.Classes.Single(pods => pods.Key == good).Chains.ShouldHaveSingleItem();
    }

    [Theory]
    [MemberData(nameof(Features))]
    public void Compile_KernelLacksAllElse_TheyAreNotMissed(KernelFeature feature, string value, string[] ports)
    {
        var limits = new KernelLimits { Lacking = [.. Enum.GetValues<KernelFeature>().Where(other => other != feature)] };

        var ruleset = PolicyCompiler.Compile(Cluster(ports).Build(), "node-a", DataplaneOptions.Default with { Limits = limits });

        ruleset.Problems.ShouldBeEmpty(value);
    }

    [Fact]
    public void Compile_ChainWasRefused_NamesTheRuleAndComesBackWhenItIsNot()
    {
        var cluster = Cluster("7777/SCTP").Build();
        var compiler = new PolicyCompiler("node-a", DataplaneOptions.Default);
        var before = compiler.Compile(cluster);
        var chain = before.Owners.Single(owner => owner.Policy == "shop/bad").Chain;
        var rule = before.Chains.Single(item => item.Name == chain).IPv4[0].ToString();

        compiler.Limits = new() { RefusedChains = KernelLimits.None.RefusedChains.Add(chain, new(rule, "No such match")) };
        var without = compiler.Compile(cluster);
        compiler.Limits = KernelLimits.None;
        var after = compiler.Compile(cluster);

        without.Chains.ShouldNotContain(item => item.Name == chain);
        var problem = without.Problems.ShouldHaveSingleItem();
        problem.ToString().ShouldBe($"shop/bad: spec.ingress[1]: \"{rule}\": this node's kernel refuses it: No such match");
        after.Problems.ShouldBeEmpty();
        after.Chains.Select(item => item.Name).ShouldBe(before.Chains.Select(item => item.Name));
    }

    private static ClusterBuilder Cluster(params string[] ports) =>
        new ClusterBuilder()
            .Namespace("shop")
            .Pod("shop/bad", "node-a", "10.244.1.2", "app=bad", new V1ContainerPort { Name = "http", ContainerPort = 80 })
            .Pod("shop/good", "node-a", "10.244.1.3", "app=good")
            .Policy(
                "shop/bad",
                spec =>
                {
                    spec.PodSelector = ClusterBuilder.Select("app=bad");
                    spec.Ingress =
                    [
                        new() { FromProperty = [new() { IpBlock = new() { Cidr = "192.0.2.0/24" } }] },
                        new() { Ports = [.. ports.Select(Port)] },
                    ];
                }
            )
            .Policy(
                "shop/good",
                spec =>
                {
                    spec.PodSelector = ClusterBuilder.Select("app=good");
                    spec.Ingress = [new() { Ports = [new() { Port = 80 }] }];
                }
            );

    private static V1NetworkPolicyPort Port(string text)
    {
        var (port, protocol) = (text.Split('/')[0], text.Split('/')[1]);
        return new()
        {
            Protocol = protocol,
            Port = int.TryParse(port, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : port,
        };
    }
}
