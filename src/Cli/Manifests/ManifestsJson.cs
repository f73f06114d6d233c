using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Palisade.Cli.Manifests;

/// <summary>Reads the kinds that only manifests have, with the settings of the models.</summary>
internal static class ManifestsJson
{
    private static readonly JsonSerializerOptions Options = ModelsJson.CreateOptions(
        ManifestsJsonContext.Default.WithAddedModifier(AddPodSpec)
    );

    public static JsonTypeInfo Contract<T>() => Options.GetTypeInfo(typeof(T));

    private static void AddPodSpec(JsonTypeInfo contract)
    {
        if (contract.Type == typeof(V1PodTemplate))
        {
            contract.Properties.Remove(contract.Properties.Single(property => property.Name == "spec"));
            contract.Properties.Add(
                ModelsJson.Property<V1PodTemplate, V1PodSpec>(
                    contract.Options,
                    "spec",
                    template => template.Spec,
                    (template, spec) => template.Spec = spec ?? new V1PodSpec()
                )
            );
        }
    }
}

[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(V1Workload))]
[JsonSerializable(typeof(V1OperatorResource))]
internal sealed partial class ManifestsJsonContext : JsonSerializerContext;
