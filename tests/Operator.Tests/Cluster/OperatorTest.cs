using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Policy;
using Palisade.Policy.Expansion;
using Palisade.Testing;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>What tests on a real API server need: custom resources and namespaces of their own, and ways to look at what came of them.</summary>
public abstract class OperatorTest(OperatorCluster cluster)
{
    /// <summary>Label by which the namespaces of one test are selected.</summary>
    protected const string TestLabel = "palisade.test";

    /// <summary>Value of <see cref="TestLabel"/> in this test.</summary>
    protected string Mine { get; } = OperatorCluster.Unique("t");

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected OperatorCluster Cluster => cluster;

    protected IKubernetesClient Client => cluster.Client;

    /// <summary>Selects the namespaces of this test.</summary>
    protected V1LabelSelector SelectMine => new() { MatchLabels = Labels((TestLabel, Mine)) };

    protected static Dictionary<string, string> Labels(params (string Key, string Value)[] labels) =>
        labels.ToDictionary(label => label.Key, label => label.Value, StringComparer.Ordinal);

    /// <summary>Creates a namespace that the custom resources of this test select.</summary>
    protected Task<V1Namespace> NamespaceAsync(params (string Key, string Value)[] labels) =>
        NamespaceNamedAsync(OperatorCluster.Unique("ns"), [(TestLabel, Mine), .. labels]);

    /// <summary>Creates a namespace.</summary>
    protected Task<V1Namespace> NamespaceNamedAsync(string name, params (string Key, string Value)[] labels) =>
        Client.CreateAsync(
            new V1Namespace
            {
                Metadata = new() { Name = name, Labels = Labels(labels) },
            },
            Cancel
        );

    /// <summary>Creates a ClusterNetworkPolicy that selects the namespaces of this test and isolates ingress.</summary>
    protected Task<ClusterNetworkPolicy> ClusterPolicyAsync(Action<ClusterNetworkPolicy>? configure = null)
    {
        var policy = new ClusterNetworkPolicy
        {
            Metadata = new() { Name = OperatorCluster.Unique("policy") },
            Spec =
            {
                NamespaceSelector = SelectMine,
                PodSelector = new(),
                PolicyTypes = ["Ingress"],
            },
        };
        configure?.Invoke(policy);
        return Client.CreateAsync(policy, Cancel);
    }

    /// <summary>Creates a DefaultDenyProfile that selects the namespaces of this test.</summary>
    protected Task<DefaultDenyProfile> ProfileAsync(Action<DefaultDenyProfile>? configure = null)
    {
        var profile = new DefaultDenyProfile
        {
            Metadata = new() { Name = OperatorCluster.Unique("profile") },
            Spec = { NamespaceSelector = SelectMine },
        };
        configure?.Invoke(profile);
        return Client.CreateAsync(profile, Cancel);
    }

    /// <summary>Changes an object, as it is now; of a namespace or node, which is read in part, the labels.</summary>
    protected async Task<T> ChangeAsync<T>(T entity, Action<T> change)
        where T : class, k8s.IKubernetesObject<V1ObjectMeta>
    {
        while (true)
        {
            var now = (await Client.GetAsync<T>(entity.Metadata.Name, entity.Metadata.NamespaceProperty, Cancel))!;
            change(now);
            try
            {
                return ModelsJson.IsWhole<T>()
                    ? await Client.UpdateAsync(now, Cancel)
                    : await ReplaceAsync<T>(NamespacedName.From(now), "/metadata/labels", Json(now.Metadata.Labels));
            }
            catch (KubernetesException e) when (e.IsConflict)
            {
                // Its status was written in between.
            }
        }
    }

    /// <summary>Replaces one field of an object.</summary>
    protected Task<T> ReplaceAsync<T>(NamespacedName key, string path, JsonNode value)
        where T : class, k8s.IKubernetesObject<V1ObjectMeta> =>
        Client.PatchAsync<T>(
            key,
            Patch.Json(
                new(
                    new JsonObject
                    {
                        ["op"] = "replace",
                        ["path"] = path,
                        ["value"] = value,
                    }
                )
            ),
            cancellationToken: Cancel
        );

    protected static JsonNode Json<T>(T value) => JsonSerializer.SerializeToNode(value, ModelsJson.Contract<T>())!;

    protected Task<bool> DeleteAsync<T>(T entity)
        where T : class, k8s.IKubernetesObject<V1ObjectMeta> =>
        Client.DeleteAsync<T>(NamespacedName.From(entity), cancellationToken: Cancel);

    /// <summary>What a custom resource stamped into a namespace; null when it is not there.</summary>
    protected Task<V1NetworkPolicy?> StampedAsync(k8s.IKubernetesObject<V1ObjectMeta> source, V1Namespace target) =>
        Client.GetAsync<V1NetworkPolicy>(NameOf(source), target.Metadata.Name, Cancel);

    /// <summary>Waits until what a custom resource stamped into a namespace is as described.</summary>
    protected async Task<V1NetworkPolicy> StampedAsync(
        k8s.IKubernetesObject<V1ObjectMeta> source,
        V1Namespace target,
        Func<V1NetworkPolicy, bool> isAsExpected
    )
    {
        V1NetworkPolicy? found = null;
        await Eventually.TrueAsync(async () => (found = await StampedAsync(source, target)) is not null && isAsExpected(found), Cancel);
        return found!;
    }

    /// <summary>Waits until a custom resource has stamped into a namespace.</summary>
    protected Task<V1NetworkPolicy> ArrivalAsync(k8s.IKubernetesObject<V1ObjectMeta> source, V1Namespace target) =>
        StampedAsync(source, target, _ => true);

    /// <summary>Waits until nothing is stamped into a namespace.</summary>
    protected Task RemovalAsync(k8s.IKubernetesObject<V1ObjectMeta> source, V1Namespace target) =>
        Eventually.TrueAsync(async () => await StampedAsync(source, target) is null, Cancel);

    /// <summary>Waits until the status of a custom resource is as described.</summary>
    protected async Task<T> StatusAsync<T>(
        T source,
        Func<PolicyStatus, bool> isAsExpected,
        [CallerArgumentExpression(nameof(isAsExpected))] string description = ""
    )
        where T : class, k8s.IKubernetesObject<V1ObjectMeta>
    {
        T? found = null;
        try
        {
            await Eventually.TrueAsync(
                async () =>
                    (found = await Client.GetAsync<T>(source.Metadata.Name, cancellationToken: Cancel)) is not null
                    && StatusOf(found) is { } status
                    && status.ObservedGeneration == found.Metadata.Generation
                    && isAsExpected(status),
                Cancel,
                description
            );
        }
        catch (TimeoutException e)
        {
            var conditions = found is null
                ? []
                : (StatusOf(found)?.Conditions ?? []).Select(c => $"{c.Type}={c.Status} {c.Reason} {c.Message}");
            throw new TimeoutException($"{e.Message}; status is: {string.Join("; ", conditions)}", e);
        }

        return found!;
    }

    /// <summary>
    /// Waits until a custom resource is ready, and for all namespaces that it matches now: of one that was just created the operator may hear
    /// after it heard of the custom resource.
    /// </summary>
    protected async Task<T> ReadyAsync<T>(T source)
        where T : class, k8s.IKubernetesObject<V1ObjectMeta>
    {
        var matched = await MatchedAsync(source);
        return await StatusAsync(
            source,
            status => Condition(status, "Ready").Status == "True" && status.Namespaces!.Matched == matched,
            $"is ready for {matched.ToString(CultureInfo.InvariantCulture)} namespaces"
        );
    }

    /// <summary>Waits until a custom resource is not ready, for a reason, after a look at all namespaces that it matches now.</summary>
    protected async Task<T> NotReadyAsync<T>(T source, string reason)
        where T : class, k8s.IKubernetesObject<V1ObjectMeta>
    {
        var matched = await MatchedAsync(source);
        return await StatusAsync(
            source,
            status =>
                Condition(status, "Ready") is { Status: "False" } ready
                && ready.Reason == reason
                && (reason == "InvalidSpec" || status.Namespaces!.Matched == matched),
            $"is not ready: {reason}"
        );
    }

    /// <summary>How many namespaces a custom resource matches.</summary>
    private async Task<int> MatchedAsync<T>(T source)
        where T : class, k8s.IKubernetesObject<V1ObjectMeta>
    {
        var now = await Client.GetAsync<T>(source.Metadata.Name, cancellationToken: Cancel);
        var selection = now is ClusterNetworkPolicy policy
            ? NamespaceSelection.From(policy, ExpansionContext.DefaultOwnNamespace)
            : NamespaceSelection.From((DefaultDenyProfile)(object)now!, ExpansionContext.DefaultOwnNamespace);
        return (await Client.ListAsync<V1Namespace>(cancellationToken: Cancel)).Items.Count(item =>
            selection.Matches(NamespaceFacts.From(item))
        );
    }

    protected static V1Condition Condition(PolicyStatus status, string type) =>
        status.Conditions!.Single(condition => condition.Type == type);

    protected static PolicyStatus? StatusOf(k8s.IKubernetesObject<V1ObjectMeta> source) =>
        source is ClusterNetworkPolicy policy ? policy.Status : ((DefaultDenyProfile)source).Status;

    protected static string NameOf(k8s.IKubernetesObject<V1ObjectMeta> source) =>
        source is ClusterNetworkPolicy ? $"palisade-cnp-{source.Metadata.Name}" : $"palisade-ddp-{source.Metadata.Name}";

    /// <summary>A NetworkPolicy that is somebody else's, and opens.</summary>
    protected static V1NetworkPolicy Foreign(string name, V1Namespace target, Dictionary<string, string>? labels = null) =>
        new()
        {
            Metadata = new()
            {
                Name = name,
                NamespaceProperty = target.Metadata.Name,
                Labels = labels,
            },
            Spec = new() { PodSelector = new(), Ingress = [new()] },
        };

    /// <summary>
    /// Takes a name that the operator has, at once after it was freed: it needs longer, since it has to hear of it first. False when it was quicker.
    /// </summary>
    protected async Task<bool> TryTakeAsync(string name, V1Namespace target)
    {
        await Client.DeleteAsync<V1NetworkPolicy>(new(target.Metadata.Name, name), cancellationToken: Cancel);
        try
        {
            await Client.CreateAsync(Foreign(name, target), Cancel);
            return true;
        }
        catch (KubernetesException e) when (e.Reason == StatusReasons.AlreadyExists)
        {
            return false;
        }
    }
}
