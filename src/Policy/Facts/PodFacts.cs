using Palisade.Policy.Net;

namespace Palisade.Policy;

/// <summary>
/// What is read of a pod: all that a policy could look at. Two of the same value are the same to every policy, so that whatever else changes
/// of a pod, as heartbeats, restarts and annotations do, is no change.
/// </summary>
public sealed record PodFacts
{
    /// <summary>Its namespace; empty when it is given none.</summary>
    public required string Namespace { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its labels.</summary>
    public LabelSet Labels { get; init; } = LabelSet.Empty;

    /// <summary>Node that it is bound to; null until it is scheduled.</summary>
    public string? NodeName { get; init; }

    /// <summary>Whether it uses its node's network, and so is a host to policies.</summary>
    public bool HostNetwork { get; init; }

    /// <summary>Whether it has succeeded or failed.</summary>
    public bool HasFinished { get; init; }

    /// <summary>Whether it is being deleted.</summary>
    public bool IsTerminating { get; init; }

    /// <summary>When it was created.</summary>
    public DateTime? Created { get; init; }

    /// <summary>The addresses that it holds, of all families, in the order of its status; none before it has one, and when it has finished.</summary>
    public ValueArray<IpAddress> Addresses { get; init; } = [];

    /// <summary>Address of its node, as its status has it; none before it has one.</summary>
    public ValueArray<IpAddress> NodeAddresses { get; init; } = [];

    /// <summary>Ports of the containers that serve, sidecars (init containers that always restart, KEP-753) after the others.</summary>
    public ValueArray<PodPort> Ports { get; init; } = [];

    /// <summary>Its controller, or else its first owner; null when it has none.</summary>
    public OwnerFacts? Owner { get; init; }

    /// <summary>
    /// Whether the pod holds its addresses: it has not finished. The address of a finished pod may belong to another one already;
    /// a pod that is being deleted keeps its own until it is gone.
    /// </summary>
    public bool HoldsAddresses => !HasFinished;

    /// <summary>
    /// Whether policies can select the pod, as the one isolated or as a peer: it does not use its node's network, and holds its
    /// addresses.
    /// </summary>
    public bool IsSelectable => HoldsAddresses && !HostNetwork;

    /// <summary>Reads a pod.</summary>
    public static PodFacts From(V1Pod pod) => From(pod, null);

    /// <summary>Reads one of many pods.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="pool">Shares what they have in common.</param>
    public static PodFacts From(V1Pod pod, FactsPool? pool)
    {
        ArgumentNullException.ThrowIfNull(pod);
        var hasFinished = pod.Status?.Phase is "Succeeded" or "Failed";
        return new()
        {
            Namespace = FactsPool.Share(pod.Metadata.NamespaceProperty ?? "", pool),
            Name = pod.Metadata.Name,
            Labels = LabelSet.From(pod.Metadata.Labels, pool),
            NodeName = pod.Spec?.NodeName is { } node ? FactsPool.Share(node, pool) : null,
            HostNetwork = pod.Spec?.HostNetwork == true,
            HasFinished = hasFinished,
            IsTerminating = pod.Metadata.DeletionTimestamp is not null,
            Created = pod.Metadata.CreationTimestamp,
            Addresses = hasFinished ? [] : AddressesOf(pod.Status),
            NodeAddresses = FactsPool.Share(Parse([pod.Status?.HostIP]), pool),
            Ports = FactsPool.Share(PortsOf(pod.Spec, pool), pool),
            Owner = OwnerOf(pod.Metadata) is { } owner ? FactsPool.Share(owner, pool) : null,
        };
    }

    /// <summary>Whether a container that serves gives the name to this port.</summary>
    public bool NamesPort(string name, string protocol, int number) => PortsNamed(name, protocol).Contains(number);

    /// <summary>Whether a container that serves says that it listens on the port.</summary>
    public bool DeclaresPort(string protocol, int number) => Ports.Any(port => port.Number == number && port.Protocol == protocol);

    /// <summary>Numbers of the ports that have the name and protocol.</summary>
    public IEnumerable<int> PortsNamed(string name, string protocol) =>
        Ports.Where(port => port.Name == name && port.Protocol == protocol).Select(port => port.Number);

    /// <summary>namespace/name.</summary>
    public override string ToString() => $"{Namespace}/{Name}";

    private static ValueArray<IpAddress> AddressesOf(V1PodStatus? status) =>
        Parse(status?.PodIPs is { Count: > 0 } all ? all.Select(item => (string?)item.Ip) : [status?.PodIP]);

    private static ValueArray<IpAddress> Parse(IEnumerable<string?> texts) =>
        [.. texts.Select(text => IpAddress.TryParse(text, out var address) ? address : (IpAddress?)null).OfType<IpAddress>()];

    private static ValueArray<PodPort> PortsOf(V1PodSpec? spec, FactsPool? pool)
    {
        var sidecars = (spec?.InitContainers ?? []).Where(container => container.RestartPolicy == "Always");
        return
        [
            .. (spec?.Containers ?? [])
                .Concat(sidecars)
                .SelectMany(container => container.Ports ?? [])
                .Select(port => new PodPort(
                    port.Name is { } name ? FactsPool.Share(name, pool) : null,
                    port.Protocol is { } protocol ? FactsPool.Share(protocol, pool) : "TCP",
                    port.ContainerPort
                )),
        ];
    }

    private static OwnerFacts? OwnerOf(V1ObjectMeta metadata)
    {
        var owners = metadata.OwnerReferences ?? [];
        var owner = owners.FirstOrDefault(reference => reference.Controller == true) ?? owners.FirstOrDefault();
        return owner is null ? null : new(owner.Kind, owner.Name);
    }
}

/// <summary>A port that a container of a pod says it listens on.</summary>
/// <param name="Name">Its name; null when it has none.</param>
/// <param name="Protocol">TCP, UDP or SCTP.</param>
/// <param name="Number">Its number.</param>
public readonly record struct PodPort(string? Name, string Protocol, int Number);

/// <summary>What made an object.</summary>
/// <param name="Kind">Kind of the owner, such as ReplicaSet.</param>
/// <param name="Name">Name of the owner.</param>
public sealed record OwnerFacts(string Kind, string Name);
