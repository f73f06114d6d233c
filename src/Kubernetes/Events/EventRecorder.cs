using Microsoft.Extensions.Logging;
using Palisade.Kubernetes.Client;

namespace Palisade.Kubernetes.Events;

/// <summary>Sends events of the <c>events.k8s.io</c> group.</summary>
public sealed class EventRecorder : IEventRecorder
{
    /// <summary>Makes a recorder; nothing is sent before <see cref="RunAsync"/>.</summary>
    public EventRecorder(
        IKubernetesClient client,
        EventRecorderOptions options,
        ILogger<EventRecorder> logger,
        TimeProvider? timeProvider = null
    ) { }

    /// <inheritdoc/>
    public void Record(
        IKubernetesObject<V1ObjectMeta> regarding,
        EventType type,
        string reason,
        string action,
        string note,
        IKubernetesObject<V1ObjectMeta>? related = null
    ) => throw new NotSupportedException();

    /// <summary>Sends what was recorded until cancelled; failures are logged and the event is lost.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
}
