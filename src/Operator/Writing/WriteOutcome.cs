using System.Net;
using Palisade.Kubernetes.Client;
using Palisade.Operator.Statuses;

namespace Palisade.Operator.Writing;

/// <param name="Result">Constant word for metrics.</param>
/// <param name="Outcome">What is to be remembered of the namespace; null when there is nothing left to remember.</param>
internal sealed record WriteOutcome(string Result, NamespaceOutcome? Outcome)
{
    /// <summary>It was written, or removed.</summary>
    public const string Done = "done";

    /// <summary>The namespace, or what was to be removed, was gone already.</summary>
    public const string Gone = "gone";

    /// <summary>What was found is not what the cache had shown: look again.</summary>
    public const string Stale = "stale";

    public const string Conflict = "conflict";

    /// <summary>The API server would not keep all of it: nothing was written, and what is to be left out is known now.</summary>
    public const string Dropped = "dropped";

    public const string Failed = "failed";

    /// <summary>Whether it is to be tried again, with backoff.</summary>
    public bool IsRetried => Result is Stale or Conflict or Failed;
}

internal static class WriteFailure
{
    private const string NamespaceTerminating = "NamespaceTerminating";

    /// <summary>Whether the whole API server is away, so that no other write can succeed either.</summary>
    public static bool IsOutage(KubernetesException exception) => exception.Reason == StatusReasons.Unreachable;

    /// <summary>Whether the namespace is gone or going, so that there is nothing to do in it any more.</summary>
    public static bool IsNamespaceGone(KubernetesException exception) =>
        exception.IsNotFound || exception.Causes.Any(cause => cause.Reason == NamespaceTerminating);

    /// <summary>Whether the object is not the one that was seen: another was put in its place, or it went.</summary>
    public static bool IsStale(KubernetesException exception) =>
        exception.IsConflict || (exception.Reason == StatusReasons.Invalid && exception.Causes.Any(cause => cause.Field == "metadata.uid"));

    /// <summary>What to remember of a namespace that refused a write.</summary>
    public static NamespaceOutcome ToOutcome(KubernetesException exception, bool isMatched) =>
        new(exception.IsTransient ? OutcomeState.Retrying : OutcomeState.Blocked)
        {
            IsMatched = isMatched,
            Reason = ReasonOf(exception),
            Message = exception.Message,
        };

    private static string ReasonOf(KubernetesException exception) =>
        exception switch
        {
            { IsTransient: true } => ConditionReasons.WriteFailed,
            // Quotas, webhooks and permissions all answer 403; only the message tells them apart (apiserver, admission and authorization).
            _ when exception.Message.Contains("exceeded quota", StringComparison.Ordinal) => ConditionReasons.QuotaExceeded,
            _ when exception.Message.Contains("admission webhook", StringComparison.Ordinal) => ConditionReasons.AdmissionDenied,
            { Code: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } => ConditionReasons.Forbidden,
            _ => ConditionReasons.WriteRefused,
        };
}
