using System.Buffers;
using System.Text.Json;
using k8s;

namespace Palisade.Kubernetes.Client.Transport;

/// <summary>Lines such as <c>{"type":"ADDED","object":{...}}</c>, where the object of an <c>ERROR</c> is a Status.</summary>
internal static class JsonWatch<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Takes one event off what was received.</summary>
    /// <param name="received">What was received; afterwards, what follows the event.</param>
    /// <param name="taken">The event; empty when there is nothing to decode.</param>
    /// <returns>False when no whole event is there yet.</returns>
    public static bool TryTake(ref ReadOnlySequence<byte> received, out ReadOnlySequence<byte> taken)
    {
        if (received.PositionOf((byte)'\n') is not { } end)
        {
            taken = default;
            return false;
        }

        taken = received.Slice(0, end);
        received = received.Slice(received.GetPosition(1, end));
        return true;
    }

    /// <summary>Decodes what was taken.</summary>
    /// <exception cref="JsonException">It is not an event.</exception>
    /// <exception cref="KubernetesException">It is an error that the API server reports.</exception>
    public static WatchEvent<T> Decode(ReadOnlySequence<byte> taken)
    {
        var reader = new Utf8JsonReader(taken);
        Expect(ref reader, JsonTokenType.StartObject);
        string? type = null;
        WatchEvent<T>? change = null;
        Utf8JsonReader postponed = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                Expect(ref reader, JsonTokenType.String);
                type = reader.GetString();
            }
            else if (reader.ValueTextEquals("object"u8))
            {
                Expect(ref reader, JsonTokenType.StartObject);
                if (type is not null)
                {
                    change = DecodeObject(type, ref reader);
                }
                else
                {
                    // What the object is depends on the type, which the API server puts first, though nothing says that it must.
                    postponed = reader;
                    reader.Skip();
                }
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        if (change is null && type is not null && postponed.TokenType == JsonTokenType.StartObject)
        {
            change = DecodeObject(type, ref postponed);
        }

        return change ?? throw new JsonException("a watch event needs type and object");
    }

    private static WatchEvent<T> DecodeObject(string type, ref Utf8JsonReader reader) =>
        type == "ERROR"
            ? throw new KubernetesException(JsonSerializer.Deserialize(ref reader, ModelsJson.Contract<V1Status>()) ?? new V1Status())
            : new WatchEvent<T> { Type = type, Object = JsonSerializer.Deserialize(ref reader, Resource<T>.Json) };

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType token)
    {
        if (!reader.Read() || reader.TokenType != token)
        {
            throw new JsonException($"expected {token}");
        }
    }
}
