using Palisade.Dataplane.Tests.Model;
using Palisade.Dataplane.Tests.Support;
using Palisade.Policy;
using static Palisade.Dataplane.Tests.Support.ClusterBuilder;

namespace Palisade.Dataplane.Tests;

/// <summary>A compiler that has seen other snapshots before, against one that has not.</summary>
public sealed class IncrementalCompileTests
{
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Compile_AfterAnySnapshots_GivesWhatACompilerWithoutMemoryGives(int seed)
    {
        var cluster = new RandomCluster(seed);
        var compiler = new PolicyCompiler(RandomCluster.Node, DataplaneOptions.Default);
        var former = ClusterSnapshot.Empty;
        for (var change = 0; change < 12; change++)
        {
            var snapshot = cluster.Snapshot();
            ShouldBeEqual(
                compiler.Compile(snapshot),
                PolicyCompiler.Compile(snapshot, RandomCluster.Node, DataplaneOptions.Default),
                $"seed {seed}, change {change}"
            );
            if (change % 5 == 4)
            {
                // Events may come doubled or in another order: back to what was, and on.
                ShouldBeEqual(
                    compiler.Compile(former),
                    PolicyCompiler.Compile(former, RandomCluster.Node, DataplaneOptions.Default),
                    $"seed {seed}, back before change {change}"
                );
            }

            former = snapshot;
            cluster.Change();
        }
    }

    [Fact]
    public void Compile_AuditedProfileComesAndGoes_GivesWhatACompilerWithoutMemoryGives()
    {
        var plain = Shop().Build();
        var audited = plain with
        {
            AuditProfiles =
            [
                new()
                {
                    Metadata = new() { Name = "baseline" },
                    Spec = new() { NamespaceSelector = new(), Enforcement = "Audit" },
                },
            ],
        };
        var compiler = new PolicyCompiler("node-a", DataplaneOptions.Default);
        foreach (var snapshot in (ClusterSnapshot[])[plain, audited, audited with { Namespaces = [] }, audited, plain])
        {
            ShouldBeEqual(
                compiler.Compile(snapshot),
                PolicyCompiler.Compile(snapshot, "node-a", DataplaneOptions.Default),
                $"{snapshot.AuditProfiles.Length} profiles"
            );
        }
    }

    [Fact]
    public void Compile_PodElsewhereRelabelled_ChangesTheSetsThatItIsInAndNothingElse()
    {
        var compiler = new PolicyCompiler("node-a", DataplaneOptions.Default);
        var before = Shop().Pod("shop/api", "node-b", "10.244.2.10", "app=api").Build();
        var old = compiler.Compile(before);

        var now = compiler.Compile(before with { Pods = before.Pods.SetItem(1, Relabelled(before.Pods[1], "app=other")) });

        now.Chains.ShouldBe(old.Chains);
        (now.Classes == old.Classes).ShouldBeTrue();
        (now.Pods == old.Pods).ShouldBeTrue();
        now.Sets.Zip(old.Sets).Count(pair => !ReferenceEquals(pair.First, pair.Second)).ShouldBe(1);
        now.Sets.Single(set => set.Family == Policy.Net.IpFamily.IPv4).Entries.ShouldBeEmpty();
    }

    [Fact]
    public void Compile_SameObjectsAgain_GivesTheSameLists()
    {
        var compiler = new PolicyCompiler("node-a", DataplaneOptions.Default);
        var snapshot = Shop().Build();
        var first = compiler.Compile(snapshot);

        var second = compiler.Compile(snapshot with { Pods = [.. snapshot.Pods] });

        (second.Chains == first.Chains && second.Classes == first.Classes && second.Sets == first.Sets).ShouldBeTrue();
    }

    public static IEnumerable<TheoryDataRow<int>> Seeds() => Enumerable.Range(1, 300).Select(seed => new TheoryDataRow<int>(seed));

    private static ClusterBuilder Shop() =>
        new ClusterBuilder()
            .Namespace("shop", "team=shop")
            .Pod("shop/db", "node-a", "10.244.1.11", "app=db")
            .Policy(
                "shop/db",
                spec =>
                {
                    spec.PodSelector = Select("app=db");
                    spec.Ingress = [new() { FromProperty = [new() { PodSelector = Select("app=api") }] }];
                }
            );

    private static PodFacts Relabelled(PodFacts pod, string labels) => pod with { Labels = LabelSet.From(Labels(labels)) };

    private static void ShouldBeEqual(Ruleset actual, Ruleset expected, string context)
    {
        Text(actual).ShouldBe(Text(expected), context);
        (actual.DropsUnknownSources, actual.DropsUnknownDestinations).ShouldBe(
            (expected.DropsUnknownSources, expected.DropsUnknownDestinations),
            context
        );
    }

    private static string Text(Ruleset ruleset) =>
        string.Join(
            '\n',
            [
                .. ruleset.Chains.Select(chain => $"{chain.Name}: {string.Join("; ", chain.IPv4)} / {string.Join("; ", chain.IPv6)}"),
                .. ruleset.Classes.Select(item =>
                    $"{item.Key} {item.Direction} {item.IsAudit} {string.Join(',', item.Chains)} {string.Join(',', item.Policies)}"
                ),
                .. ruleset.Pods.Select(pod =>
                    $"{pod.Namespace}/{pod.Name} {string.Join(',', pod.Addresses)} {pod.EgressClass} {pod.IngressClass}"
                ),
                .. ruleset.Sets.Select(set => $"{set.Name} {set.Family} {set.Kind} {set.Meaning} {string.Join(',', set.Entries)}"),
                .. ruleset.PodRanges.Select(range => range.ToString()),
                .. ruleset.Problems.Select(problem => problem.ToString()),
            ]
        );
}
