using System.Net;
using Palisade.Cli.Manifests;
using Palisade.Kubernetes.Client;

namespace Palisade.Cli.Input;

/// <summary>Reads a live cluster once: lists, and nothing else.</summary>
internal static class LiveCluster
{
    private static readonly string[] EntityNamespaces = ["default", "kube-system", "openshift-dns"];

    /// <summary>All that policies depend on. What hinders it is the only error of the result.</summary>
    public static async Task<ManifestSet> ReadAsync(InputSelection selection, CancellationToken cancellationToken)
    {
        try
        {
            using var client = Connect(selection);
            return await ReadAsync(client, cancellationToken);
        }
        catch (KubeConfigException exception)
        {
            return Failed($"{exception.Message}; or give files by -f");
        }
        catch (KubernetesException exception)
        {
            return Failed(exception.Message);
        }
    }

    private static ManifestSet Failed(string message) => new([], [new(new ManifestPosition("cluster", 0, 0), "", message)], []);

    /// <summary>A client of the cluster.</summary>
    /// <exception cref="KubeConfigException">There is no kubeconfig, or it is invalid.</exception>
    public static KubernetesClient Connect(InputSelection selection) =>
        new(ClientOptionsLoader.Load(selection.KubeConfig, selection.Context));

    /// <summary>Namespace of the kubeconfig's context.</summary>
    /// <exception cref="KubeConfigException">There is no kubeconfig, or it is invalid.</exception>
    public static string NamespaceOf(InputSelection selection) =>
        ClientOptionsLoader.Load(selection.KubeConfig, selection.Context).Namespace;

    private static async Task<ManifestSet> ReadAsync(KubernetesClient client, CancellationToken cancellationToken)
    {
        Task<IEnumerable<k8s.IKubernetesObject<V1ObjectMeta>>>[] lists =
        [
            ListAsync<V1Namespace>(null),
            ListAsync<V1Node>(null),
            ListAsync<V1Pod>(null),
            ListAsync<V1NetworkPolicy>(null),
            ListServicesAsync(),
            ListEndpointsAsync(),
            ListIfInstalledAsync<DefaultDenyProfile>(),
            ListIfInstalledAsync<ClusterNetworkPolicy>(),
        ];
        var version = client.GetVersionAsync(cancellationToken);
        var objects = (await Task.WhenAll(lists)).SelectMany(list => list);
        return new([.. objects.Select(Manifest.FromCluster)], [], []) { ServerVersion = await version };

        async Task<IEnumerable<k8s.IKubernetesObject<V1ObjectMeta>>> ListAsync<T>(string? inNamespace)
            where T : class, k8s.IKubernetesObject<V1ObjectMeta> =>
            (await client.ListAsync<T>(ListOptions.All with { Namespace = inNamespace }, cancellationToken)).Items;

        // What is sent to a Service goes to its pods. Who may not list all of them sees those that policies may name.
        async Task<IEnumerable<k8s.IKubernetesObject<V1ObjectMeta>>> ListServicesAsync()
        {
            try
            {
                return await ListAsync<V1Service>(null);
            }
            catch (KubernetesException exception) when (exception.Code == HttpStatusCode.Forbidden)
            {
                var some = await Task.WhenAll(EntityNamespaces.Select(name => ListAsync<V1Service>(name)));
                return some.SelectMany(list => list);
            }
        }

        async Task<IEnumerable<k8s.IKubernetesObject<V1ObjectMeta>>> ListEndpointsAsync()
        {
            Func<string, Task<IEnumerable<k8s.IKubernetesObject<V1ObjectMeta>>>> list = await client.IsServedAsync<V1EndpointSlice>(
                cancellationToken
            )
                ? ListAsync<V1EndpointSlice>
                : ListAsync<V1Endpoints>;
            return (await Task.WhenAll(EntityNamespaces.Select(list))).SelectMany(items => items);
        }

        // Where only plain NetworkPolicies are used, the definitions need not be installed.
        async Task<IEnumerable<k8s.IKubernetesObject<V1ObjectMeta>>> ListIfInstalledAsync<T>()
            where T : class, k8s.IKubernetesObject<V1ObjectMeta>
        {
            try
            {
                return await ListAsync<T>(null);
            }
            catch (KubernetesException exception) when (exception.IsNotFound)
            {
                return [];
            }
        }
    }
}
