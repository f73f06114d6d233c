using System.Text.Json.Serialization;

namespace Palisade.Kubernetes.Client;

/// <summary>Which object stands after a write, and in which version.</summary>
/// <param name="Uid">The object's uid.</param>
/// <param name="ResourceVersion">Its version.</param>
public sealed record ObjectVersion(string Uid, string ResourceVersion);

/// <summary>As much of the answer to a write as is read.</summary>
internal sealed record WriteAnswer([property: JsonRequired] ObjectVersion Metadata);

[JsonSerializable(typeof(WriteAnswer))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class WriteAnswerJson : JsonSerializerContext;
