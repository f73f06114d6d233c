using System.Buffers;
using System.Buffers.Binary;
using Palisade.Kubernetes.Client.Protobuf;

namespace Palisade.Kubernetes.Client.Transport;

/// <summary>
/// Messages <c>WatchEvent</c> (type, object), each after its length in four bytes, the highest first. The object of an <c>ERROR</c> is a Status.
/// </summary>
/// <param name="message">Reads an object.</param>
internal sealed class ProtobufWatch<T>(ProtobufMessage<T> message) : IWatchFormat<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <inheritdoc/>
    public bool TryTake(ref ReadOnlySequence<byte> received, out ReadOnlySequence<byte> taken)
    {
        taken = default;
        Span<byte> prefix = stackalloc byte[sizeof(uint)];
        if (received.Length < prefix.Length)
        {
            return false;
        }

        received.Slice(0, prefix.Length).CopyTo(prefix);
        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix);
        if (received.Length - prefix.Length < length)
        {
            return false;
        }

        taken = received.Slice(prefix.Length, length);
        received = received.Slice(taken.End);
        return true;
    }

    /// <inheritdoc/>
    public WatchEvent<T> Decode(ReadOnlySequence<byte> taken) => Decode(taken.IsSingleSegment ? taken.FirstSpan : taken.ToArray());

    private WatchEvent<T> Decode(ReadOnlySpan<byte> bytes)
    {
        var type = "";
        ReadOnlySpan<byte> wrapped = [];
        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    type = reader.Text();
                    break;
                case 2:
                    wrapped = Raw(reader.Bytes());
                    break;
            }
        }

        return type == "ERROR"
            ? throw new KubernetesException(ProtobufFormat.Read(wrapped, "Status", MetaMessages.Status))
            : new WatchEvent<T> { Type = type, Object = ProtobufFormat.Read(wrapped, Resource<T>.Kind, message) };
    }

    /// <summary>The bytes of a RawExtension.</summary>
    private static ReadOnlySpan<byte> Raw(ReadOnlySpan<byte> extension)
    {
        ReadOnlySpan<byte> raw = [];
        var reader = new ProtobufReader(extension);
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                raw = reader.Bytes();
            }
        }

        return raw;
    }
}
