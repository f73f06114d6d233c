using System.Text.Json;
using System.Text.Json.Serialization;

namespace Palisade.Models;

/// <summary>Reads and writes every model, without reflection. Absent fields are null and are not written.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.Strict,
    PropertyNameCaseInsensitive = false
)]
[JsonSerializable(typeof(V1Namespace))]
[JsonSerializable(typeof(KubernetesList<V1Namespace>))]
[JsonSerializable(typeof(WatchEvent<V1Namespace>))]
[JsonSerializable(typeof(V1Pod))]
[JsonSerializable(typeof(KubernetesList<V1Pod>))]
[JsonSerializable(typeof(WatchEvent<V1Pod>))]
[JsonSerializable(typeof(V1PodHealth))]
[JsonSerializable(typeof(KubernetesList<V1PodHealth>))]
[JsonSerializable(typeof(WatchEvent<V1PodHealth>))]
[JsonSerializable(typeof(V1Node))]
[JsonSerializable(typeof(KubernetesList<V1Node>))]
[JsonSerializable(typeof(WatchEvent<V1Node>))]
[JsonSerializable(typeof(V1Service))]
[JsonSerializable(typeof(KubernetesList<V1Service>))]
[JsonSerializable(typeof(WatchEvent<V1Service>))]
[JsonSerializable(typeof(V1DaemonSet))]
[JsonSerializable(typeof(KubernetesList<V1DaemonSet>))]
[JsonSerializable(typeof(WatchEvent<V1DaemonSet>))]
[JsonSerializable(typeof(V1Endpoints))]
[JsonSerializable(typeof(KubernetesList<V1Endpoints>))]
[JsonSerializable(typeof(WatchEvent<V1Endpoints>))]
[JsonSerializable(typeof(V1EndpointSlice))]
[JsonSerializable(typeof(KubernetesList<V1EndpointSlice>))]
[JsonSerializable(typeof(WatchEvent<V1EndpointSlice>))]
[JsonSerializable(typeof(V1Secret))]
[JsonSerializable(typeof(KubernetesList<V1Secret>))]
[JsonSerializable(typeof(WatchEvent<V1Secret>))]
[JsonSerializable(typeof(V1NetworkPolicy))]
[JsonSerializable(typeof(KubernetesList<V1NetworkPolicy>))]
[JsonSerializable(typeof(WatchEvent<V1NetworkPolicy>))]
[JsonSerializable(typeof(V1Lease))]
[JsonSerializable(typeof(KubernetesList<V1Lease>))]
[JsonSerializable(typeof(WatchEvent<V1Lease>))]
[JsonSerializable(typeof(ClusterNetworkPolicy))]
[JsonSerializable(typeof(KubernetesList<ClusterNetworkPolicy>))]
[JsonSerializable(typeof(WatchEvent<ClusterNetworkPolicy>))]
[JsonSerializable(typeof(DefaultDenyProfile))]
[JsonSerializable(typeof(KubernetesList<DefaultDenyProfile>))]
[JsonSerializable(typeof(WatchEvent<DefaultDenyProfile>))]
[JsonSerializable(typeof(V1ValidatingWebhookConfiguration))]
[JsonSerializable(typeof(KubernetesList<V1ValidatingWebhookConfiguration>))]
[JsonSerializable(typeof(WatchEvent<V1ValidatingWebhookConfiguration>))]
[JsonSerializable(typeof(AdmissionReview))]
[JsonSerializable(typeof(Eventsv1Event))]
[JsonSerializable(typeof(KubernetesList<Eventsv1Event>))]
[JsonSerializable(typeof(WatchEvent<Eventsv1Event>))]
[JsonSerializable(typeof(V1Status))]
[JsonSerializable(typeof(V1DeleteOptions))]
public sealed partial class ModelsJsonContext : JsonSerializerContext;
