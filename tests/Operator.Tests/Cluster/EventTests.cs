using Palisade.Testing;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>What the operator tells by events. It has one of its own here: after a burst of them an operator is silent for a while.</summary>
[Collection<BareCollection>]
public sealed class EventTests(OperatorCluster cluster) : OperatorTest(cluster)
{
    [Fact]
    public async Task NameTaken_AgainAndAgain_IsOneEventThatCounts()
    {
        const int times = 5;
        await using var running = await RunningOperator.LeadingAsync(Cluster.AsOperator, Cancel);
        var name = OperatorCluster.Unique("policy");
        var policy = await ClusterPolicyAsync(entity =>
        {
            entity.Metadata.Name = name;
            // No namespace yet: it would have the name before the other does.
            entity.Spec.NamespaceSelector = new() { MatchLabels = Labels(("taken", "nowhere")) };
        });
        for (var i = 0; i < times; i++)
        {
            // Another namespace each time, and so another message.
            var label = ("taken", OperatorCluster.Unique("taken"));
            await ForeignAsync(name, await NamespaceAsync(label));
            await ChangeAsync(policy, now => now.Spec.NamespaceSelector = new() { MatchLabels = Labels(label) });
            await StatusAsync(policy, status => Condition(status, "Ready").Reason == "NameTaken");
            await ChangeAsync(policy, now => now.Spec.NamespaceSelector = new() { MatchLabels = Labels(("taken", "nowhere")) });
            await ReadyAsync(policy);
        }

        // Events are sent in order: when that of the last one is there, all others were.
        var last = OperatorCluster.Unique("last");
        await ForeignAsync(last, await NamespaceAsync());
        await ClusterPolicyAsync(entity => entity.Metadata.Name = last);
        await Eventually.TrueAsync(async () => (await EventsAsync(last)).Count == 1, Cancel);

        var taken = (await EventsAsync(name)).Where(sent => sent.Reason == "NameTaken").ShouldHaveSingleItem();
        (taken.Type, taken.ReportingController).ShouldBe(("Warning", "palisade.dev/operator"));
        taken.Note!.ShouldContain(
            $"somebody else's NetworkPolicy has the name palisade-cnp-{name}: it is left alone, and ours is palisade-cnp-{name}-"
        );
        // That it came again is shown at once, how often once a minute.
        taken.Series!.Count.ShouldBeInRange(2, times);
        (await EventsAsync(name)).Select(sent => sent.Reason).ShouldBe(["NameTaken", "UpToDate"], ignoreOrder: true);
    }

    private Task<V1NetworkPolicy> ForeignAsync(string name, V1Namespace target) =>
        Client.CreateAsync(
            new V1NetworkPolicy
            {
                Metadata = new() { Name = $"palisade-cnp-{name}", NamespaceProperty = target.Metadata.Name },
                Spec = new() { PodSelector = new(), PolicyTypes = ["Ingress"] },
            },
            Cancel
        );

    private async Task<IReadOnlyList<Eventsv1Event>> EventsAsync(string regarding) =>
        [
            .. (await Client.ListAsync<Eventsv1Event>(new() { Namespace = "kube-system" }, Cancel)).Items.Where(sent =>
                sent.Regarding?.Name == regarding
            ),
        ];
}
