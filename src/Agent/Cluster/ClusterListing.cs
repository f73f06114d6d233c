using Palisade.Kubernetes.Client;
using Palisade.Models;
using Palisade.Policy;
using Palisade.Policy.Expansion;

namespace Palisade.Agent.Cluster;

/// <summary>Reads a cluster once, without watching it.</summary>
public static class ClusterListing
{
    /// <summary>Reads all that rules on a node depend on.</summary>
    /// <exception cref="KubernetesException">The API server did not answer or refused.</exception>
    public static async Task<ClusterSnapshot> ReadAsync(IKubernetesClient client, string nodeName, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        var namespaces = client.ListAsync<V1Namespace>(null, cancellationToken);
        var pods = client.ListAsync<V1Pod>(null, cancellationToken);
        var policies = client.ListAsync<V1NetworkPolicy>(null, cancellationToken);
        var node = client.ListAsync<V1Node>(OwnNode(nodeName), cancellationToken);
        var profiles = ListProfilesAsync(client, cancellationToken);
        await Task.WhenAll(namespaces, pods, policies, node, profiles);
        var snapshot = new ClusterSnapshot
        {
            Namespaces = [.. (await namespaces).Items],
            Pods = [.. (await pods).Items],
            Policies = [.. (await policies).Items],
            Nodes = [.. (await node).Items],
            AuditProfiles = [.. (await profiles).Where(IsAudit)],
        };
        return snapshot.AuditProfiles.IsEmpty ? snapshot : await WithEntitiesAsync(snapshot, client, cancellationToken);
    }

    /// <summary>Whether a profile is in Audit.</summary>
    public static bool IsAudit(DefaultDenyProfile profile) => profile?.Spec.Enforcement is "Audit";

    /// <summary>
    /// The one node that matters: its pod ranges tell which addresses must be known. The heartbeats of others would be mere load.
    /// </summary>
    public static ListOptions OwnNode(string nodeName) => ListOptions.All with { FieldSelector = $"metadata.name={nodeName}" };

    private static async Task<ClusterSnapshot> WithEntitiesAsync(
        ClusterSnapshot snapshot,
        IKubernetesClient client,
        CancellationToken cancellationToken
    )
    {
        var nodes = await client.ListAsync<V1Node>(null, cancellationToken);
        var services = await Task.WhenAll(EntityWatch.Services.Select(which => client.ListAsync<V1Service>(which, cancellationToken)));
        var endpoints = await Task.WhenAll(EntityWatch.Endpoints.Select(which => client.ListAsync<V1Endpoints>(which, cancellationToken)));
        return snapshot with
        {
            Nodes = [.. nodes.Items],
            Entities = ClusterEntities.Discover(
                services.SelectMany(list => list.Items),
                endpoints.SelectMany(list => list.Items),
                snapshot.Namespaces
            ),
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
