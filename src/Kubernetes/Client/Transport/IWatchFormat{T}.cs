using System.Buffers;

namespace Palisade.Kubernetes.Client.Transport;

/// <summary>How the API server writes the events of a watch.</summary>
/// <typeparam name="T">The kind that is watched.</typeparam>
internal interface IWatchFormat<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Takes one event off what was received.</summary>
    /// <param name="received">What was received; afterwards, what comes behind the event.</param>
    /// <param name="taken">The event; empty when there is nothing to decode.</param>
    /// <returns>False when no whole event is there yet.</returns>
    bool TryTake(ref ReadOnlySequence<byte> received, out ReadOnlySequence<byte> taken);

    /// <summary>Decodes what was taken.</summary>
    /// <exception cref="System.Text.Json.JsonException">It is no event.</exception>
    /// <exception cref="InvalidDataException">It is no event.</exception>
    /// <exception cref="KubernetesException">It is an error that the API server reports.</exception>
    WatchEvent<T> Decode(ReadOnlySequence<byte> taken);
}
