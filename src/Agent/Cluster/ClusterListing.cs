using Palisade.Kubernetes.Client;
using Palisade.Models;
using Palisade.Policy;

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
        await Task.WhenAll(namespaces, pods, policies, node);
        return new ClusterSnapshot
        {
            Namespaces = [.. (await namespaces).Items],
            Pods = [.. (await pods).Items],
            Policies = [.. (await policies).Items],
            Nodes = [.. (await node).Items],
        };
    }

    /// <summary>
    /// The one node that matters: its pod ranges tell which addresses must be known. The heartbeats of others would be mere load.
    /// </summary>
    public static ListOptions OwnNode(string nodeName) => ListOptions.All with { FieldSelector = $"metadata.name={nodeName}" };
}
