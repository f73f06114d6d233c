using System.Text.Json;
using System.Text.Json.Serialization;

namespace Palisade.Cli.Manifests;

/// <summary>Reads the kinds that only manifests have, with the settings of the models' context.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, NumberHandling = JsonNumberHandling.Strict, PropertyNameCaseInsensitive = false)]
[JsonSerializable(typeof(V1Workload))]
[JsonSerializable(typeof(V1OperatorResource))]
internal sealed partial class ManifestsJsonContext : JsonSerializerContext;
