using System.Text;

namespace Palisade.Kubernetes.Client.Protobuf;

/// <summary>
/// How the API server wraps an object in Protocol Buffers: after four bytes a message <c>runtime.Unknown</c>, which names the kind
/// (https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding).
/// </summary>
internal static class ProtobufFormat
{
    /// <summary>Media type, without parameters.</summary>
    public const string MediaType = "application/vnd.kubernetes.protobuf";

    private static ReadOnlySpan<byte> Prefix => "k8s\0"u8;

    /// <summary>Whether bytes are an object in this format.</summary>
    public static bool Is(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Prefix);

    /// <summary>How objects of a kind are read; null for a kind that is read as JSON.</summary>
    public static ProtobufMessage<T>? Of<T>()
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        typeof(T) == typeof(V1NetworkPolicy)
            ? (ProtobufMessage<T>)(object)(ProtobufMessage<V1NetworkPolicy>)NetworkPolicyMessages.NetworkPolicy
            : null;

    /// <summary>Reads an object.</summary>
    /// <param name="bytes">The object with its wrapping.</param>
    /// <param name="kind">The kind that it must be of.</param>
    /// <param name="message">Reads the object itself.</param>
    /// <exception cref="InvalidDataException">It is not such an object.</exception>
    public static T Read<T>(ReadOnlySpan<byte> bytes, string kind, ProtobufMessage<T> message)
    {
        if (!Is(bytes))
        {
            throw new InvalidDataException("it does not begin with \"k8s\" and a null byte");
        }

        ReadOnlySpan<byte> type = [];
        ReadOnlySpan<byte> content = [];
        var reader = new ProtobufReader(bytes[Prefix.Length..]);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    type = reader.Bytes();
                    break;
                case 2:
                    content = reader.Bytes();
                    break;
            }
        }

        var found = KindOf(type);
        return found.SequenceEqual(Encoding.UTF8.GetBytes(kind))
            ? message(content)
            : throw new InvalidDataException($"it is of kind \"{Encoding.UTF8.GetString(found)}\", not {kind}");
    }

    private static ReadOnlySpan<byte> KindOf(ReadOnlySpan<byte> typeMeta)
    {
        ReadOnlySpan<byte> kind = [];
        var reader = new ProtobufReader(typeMeta);
        while (reader.Next())
        {
            if (reader.Field == 2)
            {
                kind = reader.Bytes();
            }
        }

        return kind;
    }
}
