namespace Palisade.Models;

/// <summary>Reads EndpointSlices as the Endpoints of their Services, which they took the place of.</summary>
public static class EndpointSlices
{
    /// <summary>Label with the name of the Service that a slice is of.</summary>
    public const string ServiceLabel = "kubernetes.io/service-name";

    /// <summary>
    /// Endpoints of each Service that has slices, in order. Slices that name no Service, or hold names of hosts, are left out, and ports without a
    /// number: nothing is to be opened for them.
    /// </summary>
    public static IReadOnlyList<V1Endpoints> ToEndpoints(IEnumerable<V1EndpointSlice> slices) =>
        [
            .. slices
                .Where(slice => slice.AddressType is "IPv4" or "IPv6" && ServiceOf(slice).Length > 0)
                .OrderBy(slice => slice.Metadata.Name, StringComparer.Ordinal)
                .GroupBy(slice => $"{slice.Metadata.NamespaceProperty}/{ServiceOf(slice)}", StringComparer.Ordinal)
                .OrderBy(slicesOfService => slicesOfService.Key, StringComparer.Ordinal)
                .Select(slicesOfService => ToEndpoints([.. slicesOfService])),
        ];

    /// <summary>The same, and the Endpoints of Services that have no slices: of one that has both, these say the same or are out of date.</summary>
    public static IReadOnlyList<V1Endpoints> ToEndpoints(IEnumerable<V1EndpointSlice> slices, IEnumerable<V1Endpoints> endpoints) =>
        [
            .. ToEndpoints(slices)
                .Concat(endpoints)
                .DistinctBy(item => $"{item.Metadata.NamespaceProperty}/{item.Metadata.Name}", StringComparer.Ordinal),
        ];

    private static string ServiceOf(V1EndpointSlice slice) =>
        slice.Metadata.Labels is { } labels && labels.TryGetValue(ServiceLabel, out var name) ? name ?? "" : "";

    private static V1Endpoints ToEndpoints(V1EndpointSlice[] slicesOfService) =>
        new()
        {
            Metadata = new() { NamespaceProperty = slicesOfService[0].Metadata.NamespaceProperty, Name = ServiceOf(slicesOfService[0]) },
            Subsets = [.. slicesOfService.Select(ToSubset)],
        };

    private static V1EndpointSubset ToSubset(V1EndpointSlice slice) =>
        new()
        {
            Addresses = AddressesOf(slice, ready: true),
            NotReadyAddresses = AddressesOf(slice, ready: false),
            Ports = [.. (slice.Ports ?? []).SelectMany(ToPorts)],
        };

    private static IEnumerable<Corev1EndpointPort> ToPorts(Discoveryv1EndpointPort port) =>
        port.Port is { } number
            ?
            [
                new Corev1EndpointPort
                {
                    Name = port.Name,
                    Port = number,
                    Protocol = port.Protocol,
                },
            ]
            : [];

    private static List<V1EndpointAddress> AddressesOf(V1EndpointSlice slice, bool ready) =>
        [
            .. from endpoint in slice.Endpoints ?? []
            where (endpoint.Conditions?.Ready ?? true) == ready
            from address in endpoint.Addresses ?? []
            select new V1EndpointAddress { Ip = address },
        ];
}
