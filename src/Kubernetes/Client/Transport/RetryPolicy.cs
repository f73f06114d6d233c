using System.Net;

namespace Palisade.Kubernetes.Client.Transport;

/// <summary>Says whether and when a failed request is sent again.</summary>
/// <remarks>
/// A connection that did not come about carried no request, so any may be sent again. 429 says that the request was not carried out, so any may be sent again; so does 503 with Retry-After. After other answers of 500 and above
/// and after a connection that broke nobody knows, so only idempotent requests are.
/// </remarks>
internal sealed class RetryPolicy(int maxAttempts)
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);
    private static readonly BackoffOptions Backoff = new() { Initial = TimeSpan.FromMilliseconds(200), Maximum = TimeSpan.FromSeconds(5) };

    /// <summary>How long to wait before the next try; null when there is to be none.</summary>
    /// <param name="request">The request that failed.</param>
    /// <param name="failure">How it failed.</param>
    /// <param name="attempts">How often it was tried.</param>
    public TimeSpan? WaitBeforeRetry(ApiRequest request, KubernetesException failure, int attempts)
    {
        if (attempts >= maxAttempts || !MayRepeat(request, failure))
        {
            return null;
        }

        var wait = failure.RetryAfter ?? Backoff.Delay(attempts - 1);
        return wait <= MaxWait ? wait : null;
    }

    private static bool MayRepeat(ApiRequest request, KubernetesException failure) =>
        WasNotSent(failure)
        || failure.Code switch
        {
            HttpStatusCode.TooManyRequests => true,
            HttpStatusCode.ServiceUnavailable when failure.RetryAfter is not null => true,
            _ => request.IsIdempotent && failure.IsTransient,
        };

    private static bool WasNotSent(KubernetesException failure) =>
        failure.InnerException
            is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError };
}
