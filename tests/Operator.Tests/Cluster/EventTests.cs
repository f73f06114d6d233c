using Palisade.Testing;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>What the operator tells by events. It has one of its own here: after a burst of them an operator is silent for a while.</summary>
[Collection<BareCollection>]
public sealed class EventTests(OperatorCluster cluster) : OperatorTest(cluster)
{
    [Fact]
    public async Task NameTaken_TellsTheReason()
    {
        var taken = await NamespaceAsync();
        var name = OperatorCluster.Unique("policy");
        var foreign = new V1NetworkPolicy
        {
            Metadata = { Name = $"palisade-cnp-{name}", NamespaceProperty = taken.Metadata.Name },
            Spec = new() { PodSelector = new(), PolicyTypes = ["Ingress"] },
        };
        await Client.CreateAsync(foreign, Cancel);
        await using var running = await RunningOperator.LeadingAsync(Cluster.AsOperator, Cancel);

        var policy = await ClusterPolicyAsync(entity => entity.Metadata.Name = name);

        await NotReadyAsync(policy, "NameConflict");
        await Eventually.TrueAsync(
            async () =>
                (await Client.ListAsync<Eventsv1Event>(new() { Namespace = "kube-system" }, Cancel)).Items.Any(e =>
                    e.Reason == "NameConflict" && e.Regarding?.Name == name
                ),
            Cancel
        );
    }
}
