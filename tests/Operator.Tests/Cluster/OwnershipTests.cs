using System.Text.Json.Nodes;
using k8s;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Policy.Expansion;
using Palisade.Testing;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>What is Palisade's is kept as it should be, and what is not is never touched.</summary>
[Collection<OperatorCollection>]
public sealed class OwnershipTests(OperatorFixture fixture) : OperatorTest(fixture.Cluster)
{
    private static readonly JsonObject OpenToAll = new() { ["spec"] = new JsonObject { ["ingress"] = new JsonArray(new JsonObject()) } };

    [Fact]
    public async Task Stamped_Edited_IsPutBack()
    {
        var (policy, target, _) = await StampAsync();

        await EditAsync(policy, target, OpenToAll);

        await StampedAsync(policy, target, now => now.Spec!.Ingress is null);
    }

    [Fact]
    public async Task Stamped_EgressAddedByHand_IsPutBack()
    {
        var (policy, target, _) = await StampAsync();

        await EditAsync(
            policy,
            target,
            new()
            {
                ["spec"] = new JsonObject
                {
                    ["egress"] = new JsonArray(new JsonObject()),
                    ["policyTypes"] = new JsonArray("Ingress", "Egress"),
                },
            }
        );

        await StampedAsync(policy, target, now => now.Spec!.Egress is null && now.Spec.PolicyTypes!.Count == 1);
        await ReadyAsync(policy);
    }

    [Fact]
    public async Task Stamped_SelectorNarrowedByHand_IsPutBack()
    {
        var (policy, target, _) = await StampAsync();
        var narrowed = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = "one" } };

        await EditAsync(policy, target, new() { ["spec"] = new JsonObject { ["podSelector"] = narrowed } });

        await StampedAsync(policy, target, now => now.Spec!.PodSelector!.MatchLabels is null);
        await ReadyAsync(policy);
    }

    [Fact]
    public async Task Stamped_Deleted_IsPutBack()
    {
        var (policy, target, stamped) = await StampAsync();

        await DeleteAsync(stamped);

        await StampedAsync(policy, target, now => now.Metadata.Uid != stamped.Metadata.Uid);
    }

    [Fact]
    public async Task Stamped_LabelRemoved_IsPutBack()
    {
        var (policy, target, _) = await StampAsync();
        var unlabelled = new JsonObject { ["labels"] = new JsonObject { [PolicyNames.ManagedByLabel] = null } };

        await EditAsync(policy, target, new() { ["metadata"] = unlabelled });

        await StampedAsync(policy, target, now => now.Metadata.Labels is { Count: 1 });
    }

    [Fact]
    public async Task Stamped_OwnerRemoved_IsPutBack()
    {
        var (policy, target, _) = await StampAsync();

        await EditAsync(policy, target, new() { ["metadata"] = new JsonObject { ["ownerReferences"] = null } });

        await StampedAsync(policy, target, now => now.Metadata.OwnerReferences is { Count: 1 });
    }

    [Fact]
    public async Task Stamped_OthersAddLabelsAndAnnotations_AreLeftToThem()
    {
        var (policy, target, _) = await StampAsync();

        await EditAsync(policy, target, new() { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["team"] = "a" } } });
        await EditAsync(policy, target, OpenToAll);

        var stamped = await StampedAsync(policy, target, now => now.Spec!.Ingress is null);
        stamped.Metadata.Labels!["team"].ShouldBe("a");
    }

    [Fact]
    public async Task CustomResources_ThatContradictEachOther_NeverFight()
    {
        var target = await NamespaceAsync();
        var name = OperatorCluster.Unique("same");
        // Of the same name where that can be, and as different as can be in what they say.
        IKubernetesObject<V1ObjectMeta>[] sources =
        [
            await ReadyAsync(await ClusterPolicyAsync(entity => entity.Metadata.Name = name)),
            await ReadyAsync(await ProfileAsync(entity => entity.Metadata.Name = name)),
            await ReadyAsync(await ClusterPolicyAsync(entity => entity.Spec.Ingress = [new()])),
        ];
        var before = await VersionsAsync();

        // Each looks at everything once more, and has done so when its status counts the new namespace.
        await NamespaceAsync();
        await StatusAsync((ClusterNetworkPolicy)sources[0], status => status.Namespaces is { Matched: 2, UpToDate: 2 });
        await StatusAsync((DefaultDenyProfile)sources[1], status => status.Namespaces is { Matched: 2, UpToDate: 2 });
        await StatusAsync((ClusterNetworkPolicy)sources[2], status => status.Namespaces is { Matched: 2, UpToDate: 2 });

        (await VersionsAsync()).ShouldBe(before);

        await DeleteAsync((ClusterNetworkPolicy)sources[0]);
        await RemovalAsync(sources[0], target);
        (await StampedAsync(sources[1], target)).ShouldNotBeNull();

        async Task<string> VersionsAsync() =>
            string.Join(
                ' ',
                (await Task.WhenAll(sources.Select(source => StampedAsync(source, target)))).Select(one => one!.Metadata.ResourceVersion)
            );
    }

    [Fact]
    public async Task CustomResources_WhoseNamesAreStampedAlike_NeverFight()
    {
        var target = await NamespaceAsync();
        var longest = $"{OperatorCluster.Unique("long")}-{new string('x', PolicyNames.MaxLength)}"[..PolicyNames.MaxLength];
        var first = await ReadyAsync(await ClusterPolicyAsync(entity => entity.Metadata.Name = longest));
        var name = PolicyNames.For(first);
        var stamped = (await Client.GetAsync<V1NetworkPolicy>(name, target.Metadata.Name, Cancel)).ShouldNotBeNull();

        // Its name is so long that it is cut; another has the cut name for its own.
        var second = await ClusterPolicyAsync(entity =>
        {
            entity.Metadata.Name = name[PolicyNames.ClusterNetworkPolicyPrefix.Length..];
            entity.Spec.Ingress = [new()];
        });

        PolicyNames.For(second).ShouldBe(name);
        var alternate = PolicyNames.AlternateFor(second);
        Condition(StatusOf(await ReadyAsync(second))!, "Ready").Reason.ShouldBe("NameTaken");
        (await Client.GetAsync<V1NetworkPolicy>(name, target.Metadata.Name, Cancel))!.Metadata.ResourceVersion.ShouldBe(
            stamped.Metadata.ResourceVersion
        );
        (await Client.GetAsync<V1NetworkPolicy>(alternate, target.Metadata.Name, Cancel))
            .ShouldNotBeNull()
            .Spec!.Ingress!.Count.ShouldBe(1);

        // What changes around them is followed all the same, for others too; whichever of them comes first has the name.
        await DeleteAsync(stamped);
        var later = await NamespaceAsync();
        await ArrivalAsync(await ClusterPolicyAsync(), later);
        await ArrivalAsync(second, later);
        await ArrivalAsync(second, target);

        await DeleteAsync(first);
        await StampedAsync(second, target, now => now.Metadata.OwnerReferences!.Single().Name == second.Metadata.Name);
        await Eventually.TrueAsync(
            async () => await Client.GetAsync<V1NetworkPolicy>(alternate, target.Metadata.Name, Cancel) is null,
            Cancel
        );
        await ReadyAsync(second);
        (await StampedAsync(second, target))!.Metadata.OwnerReferences!.ShouldHaveSingleItem().Name.ShouldBe(second.Metadata.Name);
    }

    private static V1NetworkPolicy Foreign(string name, V1Namespace target) =>
        new()
        {
            Metadata = new() { Name = name, NamespaceProperty = target.Metadata.Name },
            Spec = new() { PodSelector = new(), PolicyTypes = ["Ingress"] },
        };

    private async Task<(ClusterNetworkPolicy Policy, V1Namespace Target, V1NetworkPolicy Stamped)> StampAsync()
    {
        var target = await NamespaceAsync();
        var policy = await ClusterPolicyAsync();
        await ReadyAsync(policy);
        return (policy, target, (await StampedAsync(policy, target))!);
    }

    private Task<V1NetworkPolicy> EditAsync(ClusterNetworkPolicy policy, V1Namespace target, JsonObject change) =>
        Client.PatchAsync<V1NetworkPolicy>(
            new NamespacedName(target.Metadata.Name, NameOf(policy)),
            Patch.Merge((JsonObject)change.DeepClone()),
            cancellationToken: Cancel
        );
}
