using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Operator.Sources;
using Palisade.Runtime.Events;

namespace Palisade.Operator.Statuses;

/// <summary>What is remembered of the last write of one custom resource's status.</summary>
internal sealed class LastStatus
{
    /// <summary>What the API server answered; null when nothing was written, or when that was refused.</summary>
    public k8s.IKubernetesObject<V1ObjectMeta>? Answer { get; set; }
    public DateTimeOffset WrittenAt { get; set; } = DateTimeOffset.MinValue;
}

/// <summary>Writes the status of custom resources, only when it says something new, and announces it by events.</summary>
internal sealed class StatusWriter<TEntity>(
    SourceKind<TEntity> kind,
    IKubernetesClient client,
    IEventRecorder events,
    OperatorMetrics metrics,
    TimeProvider clock
)
    where TEntity : class, k8s.IKubernetesObject<V1ObjectMeta>, new()
{
    /// <summary>While a roll-out is under way, or namespaces come in a stream, counts change all the time; once a second is enough.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan AfterConflict = TimeSpan.FromMilliseconds(100);

    /// <summary>Writes the status if it says something new.</summary>
    /// <returns>When to come back, because it is too early or the custom resource changed in between; null when all is said.</returns>
    public async Task<TimeSpan?> WriteAsync(TEntity entity, LastStatus last, StatusInput input, CancellationToken cancellationToken)
    {
        var latest = Latest(entity, last);
        var previous = kind.Read((TEntity)latest).Status;
        var now = clock.GetUtcNow();
        var status = StatusComposer.Compose(input, previous, now);
        if (StatusComposer.SaySame(status, previous))
        {
            return null;
        }

        if (TooEarly(input, last, previous, status, now) is { } wait)
        {
            return wait;
        }

        try
        {
            last.Answer = await client.UpdateStatusAsync(kind.WithStatus(entity, latest.Metadata, status), cancellationToken);
            last.WrittenAt = now;
        }
        catch (KubernetesException e) when (e.IsConflict)
        {
            last.Answer = null; // What the cache shows decides, whatever the versions look like.
            return AfterConflict;
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return null;
        }

        metrics.StatusWritten(kind.Name);
        Announce(entity, previous, status);
        return null;
    }

    /// <summary>
    /// How long to wait; null when it is time. Nothing is said of a plan that has just begun and may be at its end in a moment; and nothing that
    /// only counts on, within a second after the last.
    /// </summary>
    private static TimeSpan? TooEarly(StatusInput input, LastStatus last, PolicyStatus? previous, PolicyStatus status, DateTimeOffset now)
    {
        var untilPlanShows = input.PlannedAt + Period - now;
        if (input is { Invalid: null, Summary.Pending: > 0 } && untilPlanShows > TimeSpan.Zero)
        {
            return untilPlanShows;
        }

        var wait = last.WrittenAt + Period - now;
        return wait > TimeSpan.Zero && previous?.ObservedGeneration == input.Generation && !EndsRollOut(previous, status) ? wait : null;
    }

    /// <summary>The newer one: the cache may not show the last write yet, nor the one before it.</summary>
    private static k8s.IKubernetesObject<V1ObjectMeta> Latest(TEntity entity, LastStatus last) =>
        last.Answer is { } answer
        && answer.Metadata.Uid == entity.Metadata.Uid
        && ResourceVersions.Compare(entity.Metadata.ResourceVersion, answer.Metadata.ResourceVersion) < 0
            ? answer
            : entity;

    /// <summary>Whether it says that all namespaces were seen to: that is what people wait for, and it comes once for a thousand writes at most.</summary>
    private static bool EndsRollOut(PolicyStatus? previous, PolicyStatus status) =>
        ReadyOf(previous)?.Reason == ConditionReasons.Progressing && ReadyOf(status)!.Reason != ConditionReasons.Progressing;

    /// <summary>Tells of what went wrong, and when it is well again; that all goes as asked is no news.</summary>
    private void Announce(TEntity entity, PolicyStatus? previous, PolicyStatus status)
    {
        var (before, after) = (ReadyOf(previous), ReadyOf(status)!);
        if (after is { Status: "False", Reason: not ConditionReasons.Progressing })
        {
            if (before?.Reason != after.Reason || before.Message != after.Message)
            {
                events.Record(entity, EventType.Warning, after.Reason, action: "Stamp", after.Message);
            }
        }
        else if (after.Reason == ConditionReasons.NameTaken && (before?.Reason != after.Reason || before.Message != after.Message))
        {
            events.Record(entity, EventType.Warning, after.Reason, action: "Stamp", after.Message);
        }
        else if (
            after is { Status: "True", Reason: not ConditionReasons.NameTaken }
            && before is { Status: "False", Reason: not ConditionReasons.Progressing } or { Reason: ConditionReasons.NameTaken }
        )
        {
            events.Record(entity, EventType.Normal, after.Reason, action: "Stamp", after.Message);
        }
    }

    private static V1Condition? ReadyOf(PolicyStatus? status) =>
        status?.Conditions?.FirstOrDefault(condition => condition.Type == ConditionTypes.Ready);
}
