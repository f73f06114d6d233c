namespace Palisade.Runtime.Events;

/// <summary>In whose name events are sent, and how many.</summary>
public sealed record EventRecorderOptions
{
    /// <summary>Name of the program, such as <c>palisade.dev/operator</c>.</summary>
    public required string Controller { get; init; }

    /// <summary>Which instance of the program: its pod's name.</summary>
    public required string Instance { get; init; }

    /// <summary>
    /// Namespace for events about cluster-scoped objects. API servers before 1.22 take those of <c>events.k8s.io</c> in <c>kube-system</c> alone;
    /// <c>kubectl describe</c> finds them wherever they are.
    /// </summary>
    public string ClusterScopedNamespace { get; init; } = "kube-system";

    /// <summary>How many events may be sent at once after a quiet time.</summary>
    public int Burst { get; init; } = 25;

    /// <summary>After which time another event may be sent when the burst is used up.</summary>
    public TimeSpan Refill { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often at most a series of equal events is brought up to date.</summary>
    public TimeSpan SeriesPeriod { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>When an event has not come again for so long, its series is over, and the next one is a new event (KEP-383: six minutes).</summary>
    public TimeSpan SeriesEnd { get; init; } = TimeSpan.FromMinutes(6);
}
