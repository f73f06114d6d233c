using System.Text.Json;
using Palisade.Operator.Caches;
using Palisade.Operator.Planning;
using Palisade.Operator.Writing;
using Palisade.Policy;
using Palisade.Policy.Expansion;

namespace Palisade.Operator.Tests.Planning;

public sealed class ExpansionsTests
{
    private static readonly string[] Keys = ["team", "stage", "zone"];
    private static readonly string[] Values = ["a", "b"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void For_RandomRulesAndNamespaces_IsWhatTheExpanderSays(int seed)
    {
        var random = new Random(seed);
        var context = new ExpansionContext { OwnNamespace = "ns-0" };
        for (var round = 0; round < 40; round++)
        {
            var rules = Enumerable.Range(0, random.Next(4)).Select(_ => Rule(random)).ToList();
            var source =
                random.Next(2) == 0
                    ? Make.Source(Make.ClusterPolicy("x", configure: spec => spec.Ingress = rules))
                    : Make.Source(Make.Profile("x", spec => spec.Allow = new() { Ingress = rules }));
            var expansions = new Expansions(source, context, new NetworkPolicyTrimmer());
            for (var i = 0; i < 30; i++)
            {
                var target = Target(random, random.Next(8));
                Text(expansions.For(target)).ShouldBe(Text(source.Expand(target, context)));
            }
        }
    }

    [Fact]
    public void For_NamespacesAlike_ShareOneSpec()
    {
        var expansions = new Expansions(Make.Source(Make.ClusterPolicy("x")), new ExpansionContext(), new NetworkPolicyTrimmer());

        var one = expansions.For(Make.Namespace("a")).Policy!;
        var other = expansions.For(Make.Namespace("b", ("team", "x"))).Policy!;

        other.Spec.ShouldBeSameAs(one.Spec);
        other.Metadata.NamespaceProperty.ShouldBe("b");
    }

    [Theory]
    [InlineData("edge", false)]
    [InlineData("other", true)]
    public void SaySame_NodeComes_OnlyIfItIsNoPeer(string role, bool expected)
    {
        var specs = new NetworkPolicyTrimmer();
        var source = Make.Source(
            Make.ClusterPolicy(
                "x",
                configure: spec =>
                    spec.Ingress = [
                        new()
                        {
                            FromProperty =
                            [
                                new()
                                {
                                    Nodes = new()
                                    {
                                        MatchLabels = new Dictionary<string, string>(StringComparer.Ordinal) { ["role"] = "edge" },
                                    },
                                },
                            ],
                        },
                    ]
            )
        );
        var before = new Expansions(source, new ExpansionContext(), specs);
        before.For(Make.Namespace("a"));
        var node = new V1Node
        {
            Metadata = new()
            {
                Name = "n",
                Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["role"] = role },
            },
            Status = new() { Addresses = [new() { Type = "InternalIP", Address = "192.0.2.1" }] },
        };

        new Expansions(source, new ExpansionContext { Nodes = [NodeFacts.From(node)] }, specs, before).SaySame(before).ShouldBe(expected);
    }

    private static NamespaceFacts Target(Random random, int number) =>
        Make.Namespace($"ns-{number}", [.. Keys.Where(_ => random.Next(3) > 0).Select(key => (key, Values[random.Next(2)]))]);

    private static ClusterIngressRule Rule(Random random) =>
        new() { FromProperty = [.. Enumerable.Range(0, 1 + random.Next(2)).Select(_ => Peer(random))] };

    private static ClusterPolicyPeer Peer(Random random) =>
        random.Next(3) switch
        {
            0 => new() { Tenant = new() { Labels = [.. Keys.Where(_ => random.Next(2) == 0).DefaultIfEmpty("team")] } },
            1 => new() { PodSelector = new() },
            _ => new() { Entity = random.Next(4) == 0 ? "KubeAPIServer" : "ClusterDNS" },
        };

    /// <summary>As it is sent: lists that are empty and lists that are absent are the same there.</summary>
    private static string Text(ExpansionResult result) =>
        result.Policy is { } policy
            ? JsonSerializer.Serialize(
                new() { Metadata = policy.Metadata, Spec = ApplyBody.SpellOut(policy.Spec!) },
                ModelsJson.Contract<V1NetworkPolicy>()
            )
            : string.Join(' ', result.Unresolved.Select(peer => peer.Field));
}
