using System.Text.Json;
using System.Text.Json.Nodes;

namespace Palisade.Kubernetes.Client;

/// <summary>A change to an object, in one of the API server's patch formats.</summary>
public sealed class Patch
{
    private Patch(string mediaType, ReadOnlyMemory<byte> content) => (MediaType, Content) = (mediaType, content);

    /// <summary>Media type that tells the API server the format.</summary>
    public string MediaType { get; }

    /// <summary>Body of the request, JSON.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>JSON merge patch (RFC 7386): given fields replace, null removes.</summary>
    public static Patch Merge(JsonObject change) => new("application/merge-patch+json", Bytes(change));

    /// <summary>JSON patch (RFC 6902): a list of operations.</summary>
    public static Patch Json(JsonArray operations) => new("application/json-patch+json", Bytes(operations));

    /// <summary>Strategic merge patch: lists merge by key. Not for custom resources.</summary>
    public static Patch StrategicMerge(JsonObject change) => new("application/strategic-merge-patch+json", Bytes(change));

    private static byte[] Bytes(JsonNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            node.WriteTo(writer);
        }

        return stream.ToArray();
    }
}
