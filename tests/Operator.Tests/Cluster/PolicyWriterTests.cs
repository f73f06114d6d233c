using Palisade.Kubernetes.Client;
using Palisade.Operator.Planning;
using Palisade.Operator.Sources;
using Palisade.Operator.Writing;
using Palisade.Policy;
using Palisade.Policy.Expansion;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>Decisions that were made with a cache that was behind, carried out with the operator's rights.</summary>
[Collection<BareCollection>]
public sealed class PolicyWriterTests : OperatorTest, IDisposable
{
    private readonly KubernetesClient _client;
    private readonly OperatorMetrics _metrics = new();
    private readonly PolicyWriter _writer;

    public PolicyWriterTests(OperatorCluster cluster)
        : base(cluster)
    {
        _client = new KubernetesClient(cluster.AsOperator);
        _writer = new PolicyWriter(_client, new DroppedFields(TimeProvider.System), _metrics, TimeProvider.System);
    }

    [Fact]
    public async Task WriteAsync_AnotherOfTheNameThatTheCacheDoesNotShow_IsLeftAlone()
    {
        var (source, desired, stamped) = await StampAsync();
        await DeleteAsync(stamped);
        var foreign = await Client.CreateAsync(
            new V1NetworkPolicy
            {
                Metadata = new() { Name = stamped.Metadata.Name, NamespaceProperty = stamped.Metadata.NamespaceProperty },
                Spec = new() { PodSelector = new(), PolicyTypes = ["Ingress"] },
            },
            Cancel
        );

        var changed = await _writer.WriteAsync(source, Change(desired, stamped), Cancel);
        var created = await _writer.WriteAsync(
            source,
            new(StampVerb.Create, desired.Metadata.NamespaceProperty!) { Desired = desired },
            Cancel
        );
        var removed = await _writer.WriteAsync(
            source,
            new(StampVerb.Remove, desired.Metadata.NamespaceProperty!) { Surplus = [stamped], Ownership = Ownership.Ours },
            Cancel
        );

        (changed.Result, created.Result, removed.Result).ShouldBe((WriteOutcome.Stale, WriteOutcome.Done, WriteOutcome.Stale));
        var alternate = await Client.GetAsync<V1NetworkPolicy>(source.AlternateName, stamped.Metadata.NamespaceProperty, Cancel);
        alternate.ShouldNotBeNull("it is created under the other name").Metadata.OwnerReferences!.ShouldHaveSingleItem();
        var now = (await Client.GetAsync<V1NetworkPolicy>(stamped.Metadata.Name, stamped.Metadata.NamespaceProperty, Cancel))!;
        (now.Metadata.Uid, now.Metadata.ResourceVersion).ShouldBe((foreign.Metadata.Uid, foreign.Metadata.ResourceVersion));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _metrics.Dispose();
        _client.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task<(PolicySource Source, V1NetworkPolicy Desired, V1NetworkPolicy Stamped)> StampAsync()
    {
        var target = await NamespaceAsync();
        var source = new ClusterNetworkPolicySource(await ClusterPolicyAsync(), "palisade-system");
        var desired = source.Expand(NamespaceFacts.From(target), new ExpansionContext()).Policy!;
        var outcome = await _writer.WriteAsync(source, new(StampVerb.Create, target.Metadata.Name) { Desired = desired }, Cancel);
        outcome.Result.ShouldBe(WriteOutcome.Done);
        return (source, desired, (await StampedAsync(source.Entity, target))!);
    }

    private static StampDecision Change(V1NetworkPolicy desired, V1NetworkPolicy shown) =>
        new(StampVerb.Apply, desired.Metadata.NamespaceProperty!)
        {
            Desired = desired,
            Current = shown,
            Ownership = Ownership.Ours,
        };
}
