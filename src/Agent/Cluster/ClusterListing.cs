using Palisade.Kubernetes.Client;
using Palisade.Policy;
using Palisade.Policy.Expansion;
using Palisade.Runtime.Caching;

namespace Palisade.Agent.Cluster;

/// <summary>Reads a cluster once, without watching it.</summary>
public static class ClusterListing
{
    /// <summary>Reads all that rules on a node depend on.</summary>
    /// <returns>The cluster, and why profiles in Audit are left out of it; null when they are not, or there are none.</returns>
    /// <exception cref="KubernetesException">The API server did not answer, or refused what the rules depend on.</exception>
    public static async Task<(ClusterSnapshot Cluster, string? AuditProblem)> ReadAsync(
        IKubernetesClient client,
        string nodeName,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(client);
        var namespaces = client.ListAsync<V1Namespace>(null, cancellationToken);
        var pods = client.ListAsync<V1Pod>(null, cancellationToken);
        var policies = client.ListAsync<V1NetworkPolicy>(null, cancellationToken);
        var node = client.ListAsync<V1Node>(OwnNode(nodeName), cancellationToken);
        await Task.WhenAll(namespaces, pods, policies, node);
        var pool = new FactsPool();
        var snapshot = new ClusterSnapshot
        {
            Namespaces = [.. (await namespaces).Items.Select(item => NamespaceFacts.From(item, pool))],
            Pods = [.. (await pods).Items.Select(pod => PodFacts.From(pod, pool))],
            Policies = [.. (await policies).Items.Select(PolicyFacts.From)],
            Nodes = [.. (await node).Items.Select(NodeFacts.From)],
        };
        try
        {
            return (await WithAuditsAsync(snapshot, client, cancellationToken), null);
        }
        catch (KubernetesException e)
        {
            return (snapshot, e.Message);
        }
    }

    /// <summary>Whether a profile is in Audit.</summary>
    public static bool IsAudit(DefaultDenyProfile profile) => profile?.Spec.Enforcement is "Audit";

    /// <summary>
    /// The one node that matters: its pod ranges tell which addresses must be known. The heartbeats of others would only add load.
    /// </summary>
    public static ListOptions OwnNode(string nodeName) => ListOptions.All with { FieldSelector = $"metadata.name={nodeName}" };

    private static async Task<ClusterSnapshot> WithAuditsAsync(
        ClusterSnapshot snapshot,
        IKubernetesClient client,
        CancellationToken cancellationToken
    )
    {
        var profiles = (await ListProfilesAsync(client, cancellationToken)).Where(IsAudit).ToArray();
        if (profiles.Length == 0)
        {
            return snapshot;
        }
        var nodes = await client.ListAsync<V1Node>(null, cancellationToken);
        var services = await Task.WhenAll(EntityWatch.Services.Select(which => client.ListAsync<V1Service>(which, cancellationToken)));
        var endpoints = await EndpointsInformer.ReadAsync(client, EntityWatch.Endpoints, cancellationToken);
        return snapshot with
        {
            Nodes = [.. nodes.Items.Select(NodeFacts.From)],
            AuditProfiles = [.. profiles],
            Entities = ClusterEntities.Discover(services.SelectMany(list => list.Items), endpoints, snapshot.Namespaces),
        };
    }

    // Where only plain NetworkPolicies are used, their definition need not be installed.
    private static async Task<IEnumerable<DefaultDenyProfile>> ListProfilesAsync(
        IKubernetesClient client,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return (await client.ListAsync<DefaultDenyProfile>(null, cancellationToken)).Items;
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return [];
        }
    }
}
