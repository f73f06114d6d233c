using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Palisade.Cli.Manifests;
using Palisade.Policy;
using Palisade.Policy.Evaluation;
using Palisade.Policy.Net;

namespace Palisade.Cli.Input;

/// <summary>
/// Finds the pods behind Services, as kube-proxy does: what is sent to the address of a Service has the address of one of its pods,
/// and the target port, before any policy sees it.
/// </summary>
internal sealed class ServiceDirectory(ManifestSet manifests, ClusterSnapshot snapshot)
{
    private readonly List<V1Service> _services = [.. manifests.Objects<V1Service>()];

    /// <summary>The addresses of all Services: cluster addresses, external ones, and those of load balancers.</summary>
    public static CidrSet AddressesOf(ManifestSet manifests) =>
        CidrSet.From(manifests.Manifests.Where(manifest => manifest.Object is V1Service).SelectMany(AddressesOf).Select(Cidr.Single));

    /// <summary>The Service of the name; null when there is none.</summary>
    public V1Service? Find(string inNamespace, string name) =>
        _services.Find(service => service.Metadata.Name == name && service.Metadata.NamespaceProperty == inNamespace);

    /// <summary>The Service that has the address; null when none has.</summary>
    public V1Service? At(IpAddress address) =>
        manifests.Manifests.FirstOrDefault(manifest => manifest.Object is V1Service && AddressesOf(manifest).Contains(address))?.Object
        as V1Service;

    public static string NameOf(V1Service service) => $"{service.Metadata.NamespaceProperty}/{service.Metadata.Name}";

    /// <summary>Where connections to a port of a Service go, or why that cannot be said.</summary>
    /// <param name="service">The Service.</param>
    /// <param name="port">Number or name of one of its ports.</param>
    /// <param name="protocol">TCP, UDP or SCTP.</param>
    public (ServiceBackends? Backends, string? Problem) Resolve(V1Service service, string port, string protocol)
    {
        var isHeadless = service.Spec?.ClusterIP == "None";
        var isNumber = int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        var ports = (service.Spec?.Ports ?? []).Where(item => (item.Protocol ?? "TCP") == protocol);
        var entry = ports.FirstOrDefault(item => isNumber ? item.Port == number : item.Name == port);
        if (isHeadless && isNumber)
        {
            // Its name stands for the addresses of the pods themselves: nothing changes the port.
            entry = new() { Port = number, Protocol = protocol };
        }
        if (entry is null)
        {
            return (null, $"Service {NameOf(service)} has no port {port}/{protocol}{Others(service)}");
        }
        var targets = service.Spec?.Selector is { Count: > 0 } selector
            ? PodsOf(service, selector).SelectMany(pod => TargetsOf(pod, entry, protocol)).ToList()
            : EndpointsOf(service, entry, protocol).ToList();
        return targets.Count > 0
            ? (new(NameOf(service), entry.Port, [.. targets]), null)
            : (null, $"behind Service {NameOf(service)} there is no pod that serves port {port}/{protocol}");
    }

    private IEnumerable<PodFacts> PodsOf(V1Service service, IDictionary<string, string> selector) =>
        snapshot
            .Pods.Where(pod => pod.Namespace == (service.Metadata.NamespaceProperty ?? "") && pod.HoldsAddresses)
            .Where(pod => selector.All(item => pod.Labels.TryGetValue(item.Key, out var value) && value == item.Value))
            .OrderBy(pod => pod.Name, StringComparer.Ordinal);

    /// <summary>A target port's name is each pod's to resolve.</summary>
    private static IEnumerable<(TrafficEnd End, int Port)> TargetsOf(PodFacts pod, V1ServicePort entry, string protocol)
    {
        var target = entry.TargetPort ?? entry.Port;
        IEnumerable<int> numbers =
            target.IsText ? pod.PortsNamed(target.Text!, protocol).Take(1)
            : target.Number == 0 ? [entry.Port]
            : [target.Number];
        return numbers.Select(number => (TrafficEnd.Pod(pod.Namespace, pod.Name), number));
    }

    /// <summary>A Service without a selector has Endpoints of its name, or EndpointSlices; a port of these is that of the Service's port by the same name.</summary>
    private IEnumerable<(TrafficEnd End, int Port)> EndpointsOf(V1Service service, V1ServicePort entry, string protocol) =>
        from endpoints in manifests.Endpoints
        where endpoints.Metadata.Name == service.Metadata.Name
        where endpoints.Metadata.NamespaceProperty == service.Metadata.NamespaceProperty
        from subset in endpoints.Subsets ?? []
        from port in subset.Ports ?? []
        where (port.Name ?? "") == (entry.Name ?? "") && (port.Protocol ?? "TCP") == protocol
        from address in subset.Addresses ?? []
        where IpAddress.TryParse(address.Ip, out _)
        select (TrafficEnd.From(IpAddress.Parse(address.Ip!)), port.Port);

    private static string Others(V1Service service)
    {
        var ports = (service.Spec?.Ports ?? []).Select(port =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{port.Port}/{port.Protocol ?? "TCP"}{(string.IsNullOrEmpty(port.Name) ? "" : $" ({port.Name})")}"
            )
        );
        var listed = string.Join(", ", ports);
        return listed.Length == 0 ? "" : $"; it has {listed}";
    }

    private static IEnumerable<IpAddress> AddressesOf(Manifest manifest)
    {
        var spec = (manifest.Object as V1Service)?.Spec;
        var texts = (spec?.ClusterIPs ?? []).Append(spec?.ClusterIP).Concat(OutsideTexts(manifest));
        return texts.Select(text => IpAddress.TryParse(text, out var address) ? address : (IpAddress?)null).OfType<IpAddress>().Distinct();
    }

    /// <summary>External addresses and those of load balancers, which the model leaves out.</summary>
    private static IEnumerable<string?> OutsideTexts(Manifest manifest)
    {
        var document = manifest.Document;
        var external = Find(document, "spec", "externalIPs");
        var balancers = Find(document, "status", "loadBalancer", "ingress");
        return Items(external)
            .Concat(Items(balancers).Select(item => Find(item, "ip") ?? default))
            .Where(item => item.ValueKind == JsonValueKind.String)
            .Select(item => item.GetString());
    }

    private static JsonElement[] Items(JsonElement? list) =>
        list is { ValueKind: JsonValueKind.Array } array ? [.. array.EnumerateArray()] : [];

    private static JsonElement? Find(JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var field in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(field, out element))
            {
                return null;
            }
        }
        return element;
    }
}

/// <summary>Where connections to a port of a Service go, which policies see in place of the Service.</summary>
/// <param name="Service">namespace/name of the Service.</param>
/// <param name="Port">The port of the Service.</param>
/// <param name="Targets">The pods or addresses behind it, each with the port that it is reached on; by name.</param>
internal sealed record ServiceBackends(string Service, int Port, ImmutableArray<(TrafficEnd End, int Port)> Targets);
