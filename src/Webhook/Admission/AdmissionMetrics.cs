using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using Palisade.Webhook.Certificates;

namespace Palisade.Webhook.Admission;

/// <summary>Counts and times what is served.</summary>
internal sealed class AdmissionMetrics
{
    public const string MeterName = "Palisade.Webhook";

    private readonly Counter<long> _requests;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _impactFailures;

    public AdmissionMetrics(IMeterFactory meters, ServingCertificate serving)
    {
        var meter = meters.Create(MeterName);
        _requests = meter.CreateCounter<long>(
            "palisade_webhook_requests",
            description: "Admission requests by kind, operation, verdict (allowed, denied, refused) and status code."
        );
        _duration = meter.CreateHistogram<double>(
            "palisade_webhook_request_duration",
            unit: "s",
            description: "Time from the first byte of an admission request to its verdict.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
            }
        );
        _impactFailures = meter.CreateCounter<long>(
            "palisade_webhook_impact_failures",
            description: "Times that warnings of what a policy would do were left out, by reason (too_large, watch, computation)."
        );
        meter.CreateObservableGauge(
            "palisade_webhook_certificate_expiry_timestamp",
            () => (double?)serving.NotAfter?.ToUnixTimeSeconds() ?? 0,
            unit: "s",
            description: "When the serving certificate ends, in seconds since 1970; 0 before there is one."
        );
    }

    /// <summary>A request was judged.</summary>
    public void Answered(AdmissionRequest request, AdmissionResponse response, TimeSpan elapsed)
    {
        var code = response.Status?.Code ?? (int)HttpStatusCode.OK;
        Record(request.Kind.Kind, request.Operation, response.Allowed ? "allowed" : "denied", code, elapsed);
    }

    /// <summary>A request was no admission review that this webhook knows.</summary>
    public void Refused(HttpStatusCode code, TimeSpan elapsed) => Record("", "", "refused", (int)code, elapsed);

    /// <summary>Warnings of what a policy would do in the cluster are left out.</summary>
    /// <param name="reason">Why, in a constant word.</param>
    public void ImpactFailed(string reason) => _impactFailures.Add(1, new KeyValuePair<string, object?>("reason", reason));

    private void Record(string kind, string operation, string verdict, int code, TimeSpan elapsed)
    {
        _requests.Add(
            1,
            new("kind", kind),
            new("operation", operation),
            new("verdict", verdict),
            new("code", code.ToString(CultureInfo.InvariantCulture))
        );
        _duration.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("kind", kind));
    }
}
