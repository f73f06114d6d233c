namespace Palisade.Kubernetes.Client.Protobuf;

/// <summary>Reads a message of Protocol Buffers.</summary>
/// <param name="message">The message's bytes.</param>
/// <exception cref="InvalidDataException">It is not such a message.</exception>
internal delegate T ProtobufMessage<out T>(ReadOnlySpan<byte> message);
