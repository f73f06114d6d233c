using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;

namespace Palisade.Testing;

/// <summary>Writes the addresses behind Services as a cluster's controllers do: as Endpoints, and as an EndpointSlice where the API server serves these.</summary>
public static class ServiceAddresses
{
    private static readonly ApplyOptions AsController = new("test-controller") { Force = true };

    /// <summary>Writes the addresses of a Service, which the Endpoints are named like.</summary>
    public static async Task WriteAsync(IKubernetesClient client, V1Endpoints endpoints, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        await client.ApplyAsync(endpoints, AsController, cancellationToken);
        if (await client.IsServedAsync<V1EndpointSlice>(cancellationToken))
        {
            await client.ApplyAsync(SliceOf(endpoints), AsController, cancellationToken);
        }
    }

    /// <summary>Deletes them.</summary>
    public static async Task DeleteAsync(IKubernetesClient client, NamespacedName service, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        await client.DeleteAsync<V1Endpoints>(service, cancellationToken: cancellationToken);
        if (await client.IsServedAsync<V1EndpointSlice>(cancellationToken))
        {
            await client.DeleteAsync<V1EndpointSlice>(service, cancellationToken: cancellationToken);
        }
    }

    /// <summary>Whether there are any.</summary>
    public static async Task<bool> ExistAsync(IKubernetesClient client, NamespacedName service, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        return await client.GetAsync<V1Endpoints>(service.Name, service.Namespace, cancellationToken) is not null
            && (
                !await client.IsServedAsync<V1EndpointSlice>(cancellationToken)
                || await client.GetAsync<V1EndpointSlice>(service.Name, service.Namespace, cancellationToken) is not null
            );
    }

    /// <summary>The one subset of Endpoints as a slice of IPv4 addresses.</summary>
    public static V1EndpointSlice SliceOf(V1Endpoints endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var subset = endpoints.Subsets!.Single();
        return new()
        {
            Metadata = new()
            {
                Name = endpoints.Metadata.Name,
                NamespaceProperty = endpoints.Metadata.NamespaceProperty,
                Labels = new Dictionary<string, string>(
                    endpoints.Metadata.Labels ?? new Dictionary<string, string>(StringComparer.Ordinal),
                    StringComparer.Ordinal
                )
                {
                    [EndpointSlices.ServiceLabel] = endpoints.Metadata.Name,
                },
            },
            AddressType = "IPv4",
            Endpoints = [.. (subset.Addresses ?? []).Select(address => new V1Endpoint { Addresses = [address.Ip] })],
            Ports =
            [
                .. (subset.Ports ?? []).Select(port => new Discoveryv1EndpointPort
                {
                    Name = port.Name,
                    Port = port.Port,
                    Protocol = port.Protocol,
                }),
            ],
        };
    }
}
