using System.Diagnostics.Metrics;
using System.Globalization;

namespace Palisade.Kubernetes.Client.Transport;

/// <summary>What the client measures of its requests.</summary>
internal static class RequestMetrics
{
    private static readonly Histogram<double> Durations = KubernetesMeter.Instance.CreateHistogram(
        "palisade_kubernetes_request_duration",
        unit: "s",
        description: "Time until the API server answered, by verb, resource and HTTP code (0: no answer).",
        advice: KubernetesMeter.Durations
    );

    private static readonly Counter<long> Retries = KubernetesMeter.Instance.CreateCounter<long>(
        "palisade_kubernetes_request_retries",
        description: "Requests to the API server that were sent again."
    );

    public static void Answered(ApiRequest request, int code, TimeSpan duration) =>
        Durations.Record(
            duration.TotalSeconds,
            new("verb", request.Verb),
            new("resource", request.Resource),
            new("code", code.ToString(CultureInfo.InvariantCulture))
        );

    public static void Retried(ApiRequest request) =>
        Retries.Add(1, new KeyValuePair<string, object?>("verb", request.Verb), new("resource", request.Resource));
}
