using System.Collections.Frozen;
using System.Text.Json.Serialization.Metadata;
using k8s;

namespace Palisade.Models;

/// <summary>
/// What of k8s.Models is read and written, and how. Of the kinds that are kept by the thousand only the fields that something here reads: a pod
/// has 300 of them, and 10,000 whole pods are 250 MB.
/// </summary>
internal static class ModelContracts
{
    private static readonly MicroTimeConverter MicroTime = new();

    // The order is that of the API's documentation, and of what is printed: k8s.Models sorts by name.
    private static readonly FrozenDictionary<Type, string[]> Fields = new Dictionary<Type, string[]>
    {
        [typeof(V1ObjectMeta)] =
        [
            "name",
            "generateName",
            "namespace",
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "labels",
            "annotations",
            "ownerReferences",
            "finalizers",
            "managedFields",
        ],
        [typeof(V1ManagedFieldsEntry)] = ["manager", "operation", "subresource", "time"],
        [typeof(V1OwnerReference)] = ["apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion"],
        [typeof(V1ListMeta)] = ["continue", "resourceVersion", "remainingItemCount"],
        [typeof(V1Condition)] = ["type", "status", "observedGeneration", "lastTransitionTime", "reason", "message"],
        [typeof(V1LabelSelector)] = ["matchLabels", "matchExpressions"],
        [typeof(V1Status)] = ["apiVersion", "kind", "metadata", "status", "message", "reason", "details", "code"],
        [typeof(V1StatusDetails)] = ["name", "group", "kind", "uid", "causes", "retryAfterSeconds"],
        [typeof(V1StatusCause)] = ["reason", "message", "field"],
        [typeof(V1UserInfo)] = ["username", "groups"],

        [typeof(V1NetworkPolicySpec)] = ["podSelector", "policyTypes", "ingress", "egress"],
        [typeof(V1NetworkPolicyIngressRule)] = ["from", "ports"],
        [typeof(V1NetworkPolicyEgressRule)] = ["to", "ports"],
        [typeof(V1NetworkPolicyPeer)] = ["podSelector", "namespaceSelector", "ipBlock"],
        [typeof(V1NetworkPolicyPort)] = ["protocol", "port", "endPort"],

        [typeof(V1Namespace)] = ["apiVersion", "kind", "metadata", "status"],
        [typeof(V1NamespaceStatus)] = ["phase"],
        [typeof(V1NodeSpec)] = ["podCIDR", "podCIDRs"],
        [typeof(V1NodeStatus)] = ["addresses"],
        [typeof(V1NodeAddress)] = ["type", "address"],
        [typeof(V1PodSpec)] = ["nodeName", "hostNetwork", "containers", "initContainers"],
        [typeof(V1PodStatus)] = ["phase", "podIP", "podIPs", "hostIP"],
        [typeof(V1Container)] = ["name", "ports", "restartPolicy"],
        [typeof(V1ContainerPort)] = ["name", "containerPort", "protocol"],
        [typeof(V1ContainerState)] = ["waiting"],
        [typeof(V1Service)] = ["apiVersion", "kind", "metadata", "spec"],
        [typeof(V1ServiceSpec)] = ["clusterIP", "clusterIPs", "selector", "ports"],
        [typeof(V1ServicePort)] = ["name", "protocol", "port", "targetPort"],
        [typeof(V1EndpointSubset)] = ["addresses", "notReadyAddresses", "ports"],
        [typeof(V1EndpointAddress)] = ["ip"],
        [typeof(V1EndpointSlice)] = ["apiVersion", "kind", "metadata", "addressType", "endpoints", "ports"],
        [typeof(V1Endpoint)] = ["addresses", "conditions"],
        [typeof(V1EndpointConditions)] = ["ready"],
        [typeof(Discoveryv1EndpointPort)] = ["name", "port", "protocol"],
        [typeof(Corev1EndpointPort)] = ["name", "port", "protocol"],
        [typeof(V1DaemonSet)] = ["apiVersion", "kind", "metadata", "status"],
        [typeof(V1DaemonSetStatus)] = ["desiredNumberScheduled"],
        [typeof(V1ValidatingWebhook)] = ["name", "clientConfig"],
        [typeof(Admissionregistrationv1WebhookClientConfig)] = ["caBundle"],
    }.ToFrozenDictionary();

    private static readonly FrozenSet<Type> ReadInPart = new[]
    {
        typeof(V1Namespace),
        typeof(V1Node),
        typeof(V1Pod),
        typeof(PodHealth),
        typeof(V1Service),
        typeof(V1Endpoints),
        typeof(V1EndpointSlice),
        typeof(V1DaemonSet),
        typeof(V1ValidatingWebhookConfiguration),
    }.ToFrozenSet();

    /// <summary>Whether objects of a kind are read with all that they have, so that they may be written back.</summary>
    public static bool IsWhole(Type kind) => !ReadInPart.Contains(kind);

    /// <summary>Makes a contract of k8s.Models, or of our own kinds, what this program reads and writes.</summary>
    public static void Apply(JsonTypeInfo contract)
    {
        if (contract.Kind != JsonTypeInfoKind.Object)
        {
            return;
        }

        if (Fields.TryGetValue(contract.Type, out var fields))
        {
            Keep(contract, fields);
        }

        // A Status is written within an answer, which says what it is.
        var isObject = contract.Type.IsAssignableTo(typeof(IKubernetesObject)) && contract.Type != typeof(V1Status);
        if (isObject && EntityKind.From(contract.Type) is { } kind)
        {
            NameKind(contract, kind);
        }

        contract.OnDeserialized = Repair(contract.Type);
        foreach (var time in MicroTimes(contract.Type))
        {
            contract.Properties.Single(property => property.Name == time).CustomConverter = MicroTime;
        }
    }

    private static void Keep(JsonTypeInfo contract, string[] fields)
    {
        var kept = fields.Select(field => contract.Properties.Single(property => property.Name == field)).ToList();
        contract.Properties.Clear();
        foreach (var property in kept)
        {
            contract.Properties.Add(property);
        }
    }

    /// <summary>Writes API version and kind also where a program did not set them, which the API server demands of whatever it is sent.</summary>
    private static void NameKind(JsonTypeInfo contract, EntityKind kind)
    {
        foreach (var property in contract.Properties)
        {
            property.Get = property.Name switch
            {
                "apiVersion" => entity => ((IKubernetesObject)entity).ApiVersion ?? kind.ApiVersion,
                "kind" => entity => ((IKubernetesObject)entity).Kind ?? kind.Kind,
                _ => property.Get,
            };
        }
    }

    /// <summary>
    /// Fills in what k8s.Models leaves null when a document lacks it, though the API has no object without it: the code here never meets an
    /// object without metadata, or a name that is null.
    /// </summary>
    private static Action<object>? Repair(Type type) =>
        type switch
        {
            _ when type == typeof(V1ObjectMeta) => On<V1ObjectMeta>(metadata => metadata.Name ??= ""),
            _ when type == typeof(V1IPBlock) => On<V1IPBlock>(block => block.Cidr ??= ""),
            _ when type == typeof(V1LabelSelectorRequirement) => On<V1LabelSelectorRequirement>(requirement =>
            {
                requirement.Key ??= "";
                requirement.OperatorProperty ??= "";
            }),
            _ when type == typeof(V1OwnerReference) => On<V1OwnerReference>(owner =>
            {
                owner.ApiVersion ??= "";
                owner.Kind ??= "";
                owner.Name ??= "";
                owner.Uid ??= "";
            }),
            _ when type == typeof(V1Condition) => On<V1Condition>(condition =>
            {
                condition.Type ??= "";
                condition.Status ??= "";
                condition.Reason ??= "";
                condition.Message ??= "";
            }),
            _ when type == typeof(V1Container) => On<V1Container>(container => container.Name ??= ""),
            _ when type == typeof(V1EndpointAddress) => On<V1EndpointAddress>(address => address.Ip ??= ""),
            _ when type == typeof(V1NodeAddress) => On<V1NodeAddress>(address =>
            {
                address.Type ??= "";
                address.Address ??= "";
            }),
            _ when type == typeof(V1ValidatingWebhook) => On<V1ValidatingWebhook>(webhook => webhook.Name ??= ""),
            _ when type.IsAssignableTo(typeof(IKubernetesObject<V1ObjectMeta>)) => RepairObject(EntityKind.From(type)),
            _ => null,
        };

    private static Action<object> RepairObject(EntityKind? kind) =>
        On<IKubernetesObject<V1ObjectMeta>>(entity =>
        {
            entity.ApiVersion ??= kind?.ApiVersion ?? "";
            entity.Kind ??= kind?.Kind ?? "";
            entity.Metadata ??= new V1ObjectMeta();
            entity.Metadata.Name ??= "";
        });

    private static Action<object> On<T>(Action<T> repair) => value => repair((T)value);

    /// <summary>Fields of the API's type MicroTime, for which k8s.Models has no type of its own. Series of events are written by merge patch.</summary>
    private static string[] MicroTimes(Type type) =>
        type == typeof(V1LeaseSpec) ? ["acquireTime", "renewTime"]
        : type == typeof(Eventsv1Event) ? ["eventTime"]
        : [];
}
