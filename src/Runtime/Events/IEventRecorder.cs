using k8s;

namespace Palisade.Runtime.Events;

/// <summary>Reports to people what happened to an object (<c>kubectl describe</c>, <c>kubectl get events</c>).</summary>
public interface IEventRecorder
{
    /// <summary>
    /// Reports an event. Returns at once and never fails: sending is done behind; equal events become a series, and when too many come, some
    /// are dropped and counted.
    /// </summary>
    /// <param name="regarding">Object that the event is about.</param>
    /// <param name="type">Whether people must act.</param>
    /// <param name="reason">Constant CamelCase word: why.</param>
    /// <param name="action">Constant CamelCase word: what was done or not done.</param>
    /// <param name="note">Human-readable message; cut at 1024 bytes.</param>
    /// <param name="related">Second object, when there is one.</param>
    void Record(
        IKubernetesObject<V1ObjectMeta> regarding,
        EventType type,
        string reason,
        string action,
        string note,
        IKubernetesObject<V1ObjectMeta>? related = null
    );
}
