using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using Palisade.Kubernetes.Client.Authentication;

namespace Palisade.Kubernetes.Client.Transport;

/// <summary>Authenticates each request. Refused credentials may merely have expired: new ones, where there can be some, get one try.</summary>
internal sealed class AuthenticationHandler(ICredentialSource credentials) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await AuthenticatedAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Unauthorized && credentials.Invalidate())
        {
            response.Dispose();
            response = await AuthenticatedAsync(request, cancellationToken);
        }

        return response;
    }

    private async Task<HttpResponseMessage> AuthenticatedAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = await credentials.GetHeaderAsync(cancellationToken);
        return await base.SendAsync(request, cancellationToken);
    }
}

/// <summary>Has each request done as another user (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation).</summary>
internal sealed class ImpersonationHandler(string? user, string? group) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Set(request, "Impersonate-User", user);
        Set(request, "Impersonate-Group", group);
        return base.SendAsync(request, cancellationToken);
    }

    private static void Set(HttpRequestMessage request, string header, string? value)
    {
        if (value is not null)
        {
            // Replaced rather than added: a request can pass twice.
            request.Headers.Remove(header);
            request.Headers.Add(header, value);
        }
    }
}

/// <summary>Measures each exchange, and notes that the API server answered.</summary>
internal sealed class MetricsHandler(Reachability reachability) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var code = 0;
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            code = (int)response.StatusCode;
            reachability.Answered();
            return response;
        }
        finally
        {
            if (request.Options.TryGetValue(ApiRequest.Key, out var measured))
            {
                RequestMetrics.Answered(measured, code, Stopwatch.GetElapsedTime(began));
            }
        }
    }
}

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
