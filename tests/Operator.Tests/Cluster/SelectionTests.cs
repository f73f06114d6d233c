using System.Text.Json.Nodes;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Policy.Expansion;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>What is selected changes: by the custom resource, by labels, and by the end of a namespace.</summary>
[Collection<OperatorCollection>]
public sealed class SelectionTests(OperatorFixture fixture) : OperatorTest(fixture.Cluster)
{
    [Fact]
    public async Task ExcludedNamespaces_Change_IsFollowed()
    {
        var (box, other) = (await NamespaceNamedAsync($"{OperatorCluster.Unique("sand")}-box", (TestLabel, Mine)), await NamespaceAsync());
        var policy = await ReadyAsync(await ClusterPolicyAsync());
        var name = box.Metadata.Name;
        foreach (var pattern in new[] { name, $"{name[..4]}*", $"*{name[4..]}", $"{name[..^1]}?" })
        {
            await ExcludeAsync(policy, pattern);
            (await StampedAsync(policy, box)).ShouldBeNull(pattern);
            (await StampedAsync(policy, other)).ShouldNotBeNull();

            // Globs that come close.
            await ExcludeAsync(policy, $"{name}?", $"?{name}", $"x{name}*", name[..^1]);
            (await StampedAsync(policy, box)).ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task OptOut_LabelAndAllowanceChange_AreFollowed()
    {
        var target = await NamespaceAsync((PolicyNames.OptOutLabel, "true"));
        var policy = await ReadyAsync(await ClusterPolicyAsync());
        (await StampedAsync(policy, target)).ShouldNotBeNull("the policy does not allow it");

        await ChangeAsync(policy, now => now.Spec.AllowOptOut = true);
        await RemovalAsync(policy, target);
        await LabelAsync(target, PolicyNames.OptOutLabel, "yes");
        await ArrivalAsync(policy, target);
        await LabelAsync(target, PolicyNames.OptOutLabel, "true");
        await RemovalAsync(policy, target);
        await ChangeAsync(policy, now => now.Spec.AllowOptOut = false);
        await ArrivalAsync(policy, target);
    }

    [Fact]
    public async Task Namespace_Terminating_IsLeftAlone()
    {
        var (going, other) = (await NamespaceAsync(), await NamespaceAsync());
        var policy = await ReadyAsync(await ClusterPolicyAsync());
        var stamped = (await StampedAsync(policy, going))!;

        // It goes on forever: there is no kube-controller-manager that would end it.
        await DeleteAsync(going);
        await StatusAsync(policy, status => status.Namespaces is { Matched: 1, UpToDate: 1 });
        var before = Cluster.Requests.Length;
        await ChangeAsync(policy, now => now.Spec.Ingress = [new() { Ports = [new() { Port = 80 }] }]);
        await StampedAsync(policy, other, now => now.Spec!.Ingress is { Count: 1 });
        await ReadyAsync(policy);
        await DeleteAsync(policy);
        await RemovalAsync(policy, other);

        (await StampedAsync(policy, going))!.Metadata.ResourceVersion.ShouldBe(stamped.Metadata.ResourceVersion);
        Cluster.Requests.Since(before).ShouldNotContain(request => request.Contains($" {going.Metadata.Name}/", StringComparison.Ordinal));
    }

    private async Task ExcludeAsync(ClusterNetworkPolicy policy, params string[] patterns)
    {
        await ChangeAsync(policy, now => now.Spec.ExcludedNamespaces = patterns);
        await ReadyAsync(policy);
    }

    private Task<V1Namespace> LabelAsync(V1Namespace target, string key, string? value) =>
        Client.PatchAsync<V1Namespace>(
            NamespacedName.From(target),
            Patch.Merge(new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { [key] = value } } }),
            cancellationToken: Cancel
        );
}
