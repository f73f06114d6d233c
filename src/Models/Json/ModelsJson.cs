using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using k8s;

namespace Palisade.Models;

/// <summary>
/// How every object is read and written as JSON, without reflection: the contracts of our own kinds and of k8s.Models, with
/// <see cref="ModelContracts"/> applied. Absent fields are null and are not written.
/// </summary>
public static class ModelsJson
{
    /// <summary>The settings, for walking a contract.</summary>
    public static JsonSerializerOptions Options { get; } = CreateOptions();

    /// <summary>The settings, with contracts of a program's own kinds before those of the models.</summary>
    public static JsonSerializerOptions CreateOptions(params ReadOnlySpan<IJsonTypeInfoResolver> own)
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            TypeInfoResolver = JsonTypeInfoResolver
                .Combine([.. own, ModelsJsonContext.Default, KubernetesJsonContext.Default])
                .WithAddedModifier(ModelContracts.Apply),
            Converters = { new IntOrStringConverter(), new TimeConverter() },
        };
        options.MakeReadOnly();
        return options;
    }

    /// <summary>The contract of a type.</summary>
    /// <exception cref="NotSupportedException">The type is no model.</exception>
    public static JsonTypeInfo<T> Contract<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    /// <summary>
    /// Whether objects of a kind are read with all that they have, and may be written back as a whole. Of the others, of which programs keep
    /// thousands, only the fields that they use are read: those are patched or applied.
    /// </summary>
    public static bool IsWhole<T>() => ModelContracts.IsWhole(typeof(T));

    /// <summary>The contract of a page of a list answer. The API server leaves <c>apiVersion</c> and <c>kind</c> out of its items.</summary>
    public static JsonTypeInfo<KubernetesList<T>> ListContract<T>()
        where T : IKubernetesObject =>
        JsonMetadataServices.CreateObjectInfo(
            Options,
            new JsonObjectInfoValues<KubernetesList<T>>
            {
                ObjectCreator = () => new KubernetesList<T>([], metadata: new V1ListMeta()),
                PropertyMetadataInitializer = _ =>
                    [
                        Property<KubernetesList<T>, V1ListMeta>(
                            Options,
                            "metadata",
                            list => list.Metadata,
                            (list, value) => list.Metadata = value ?? new V1ListMeta()
                        ),
                        Property<KubernetesList<T>, IList<T>>(
                            Options,
                            "items",
                            list => list.Items,
                            (list, value) => list.Items = value ?? []
                        ),
                    ],
            }
        );

    /// <summary>
    /// A field of a contract. Source generation would write the contracts of all that is below its type once more, which for a pod's spec is
    /// a hundred types that k8s.Models has already.
    /// </summary>
    public static JsonPropertyInfo Property<TOwner, TValue>(
        JsonSerializerOptions options,
        string name,
        Func<TOwner, TValue?> get,
        Action<TOwner, TValue?> set
    ) =>
        JsonMetadataServices.CreatePropertyInfo(
            options,
            new JsonPropertyInfoValues<TValue>
            {
                IsProperty = true,
                IsPublic = true,
                DeclaringType = typeof(TOwner),
                PropertyName = name,
                JsonPropertyName = name,
                Getter = owner => get((TOwner)owner),
                Setter = (owner, value) => set((TOwner)owner, value),
            }
        );
}

/// <summary>The contracts that k8s.Models does not have.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ClusterNetworkPolicy))]
[JsonSerializable(typeof(IList<ClusterNetworkPolicy>))]
[JsonSerializable(typeof(DefaultDenyProfile))]
[JsonSerializable(typeof(IList<DefaultDenyProfile>))]
[JsonSerializable(typeof(PodHealth))]
[JsonSerializable(typeof(IList<PodHealth>))]
[JsonSerializable(typeof(AdmissionReview))]
internal sealed partial class ModelsJsonContext : JsonSerializerContext;

/// <summary>
/// The contracts of the kinds of k8s.Models that something here reads or writes, and of what is below them. The package has one for each of its 872
/// models; whoever names one of them has all of them in the program, which makes it 15 MB larger, in memory too.
/// </summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(V1NetworkPolicy))]
[JsonSerializable(typeof(IList<V1NetworkPolicy>))]
[JsonSerializable(typeof(V1Namespace))]
[JsonSerializable(typeof(IList<V1Namespace>))]
[JsonSerializable(typeof(V1Node))]
[JsonSerializable(typeof(IList<V1Node>))]
[JsonSerializable(typeof(V1Pod))]
[JsonSerializable(typeof(IList<V1Pod>))]
[JsonSerializable(typeof(V1Service))]
[JsonSerializable(typeof(IList<V1Service>))]
[JsonSerializable(typeof(V1Endpoints))]
[JsonSerializable(typeof(IList<V1Endpoints>))]
[JsonSerializable(typeof(V1EndpointSlice))]
[JsonSerializable(typeof(IList<V1EndpointSlice>))]
[JsonSerializable(typeof(V1DaemonSet))]
[JsonSerializable(typeof(IList<V1DaemonSet>))]
[JsonSerializable(typeof(V1Secret))]
[JsonSerializable(typeof(IList<V1Secret>))]
[JsonSerializable(typeof(V1Lease))]
[JsonSerializable(typeof(IList<V1Lease>))]
[JsonSerializable(typeof(V1ValidatingWebhookConfiguration))]
[JsonSerializable(typeof(IList<V1ValidatingWebhookConfiguration>))]
[JsonSerializable(typeof(Eventsv1Event))]
[JsonSerializable(typeof(IList<Eventsv1Event>))]
[JsonSerializable(typeof(V1Status))]
[JsonSerializable(typeof(V1DeleteOptions))]
internal sealed partial class KubernetesJsonContext : JsonSerializerContext;
