using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Palisade.Kubernetes.Client.Transport;

/// <summary>Makes a <see cref="KubernetesException"/> from whatever went wrong with a request.</summary>
internal static class Failures
{
    private const int MaxErrorBodyLength = 1 << 20;
    private const int MaxQuotationLength = 200;

    /// <summary>The API server, or something before it, answered with an error.</summary>
    public static async Task<KubernetesException> FromAnswerAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await ReadBoundedAsync(response.Content, cancellationToken);
        var status = TryParseStatus(body) ?? Describe(response, body);
        status.Code ??= (int)response.StatusCode;
        if (RetryAfterSeconds(response.Headers.RetryAfter) is { } seconds)
        {
            status.Details ??= new V1StatusDetails();
            status.Details.RetryAfterSeconds = seconds;
        }

        return new KubernetesException(status);
    }

    /// <summary>Whether an exception means that there was no connection, or that it broke; files for TLS that cannot be used count too.</summary>
    public static bool IsOfConnection(Exception exception) =>
        exception is HttpRequestException or IOException or CryptographicException or UnauthorizedAccessException;

    /// <summary>There was no connection, or it broke.</summary>
    public static KubernetesException Unreachable(ClientOptions options, Exception cause) =>
        New(
            StatusReasons.Unreachable,
            $"cannot reach the API server {options.Server} ({options.Source}){Via(options.Proxy)}: {Describe(cause)}",
            cause
        );

    /// <summary>There was no answer in time.</summary>
    public static KubernetesException TimedOut(ClientOptions options, Exception cause) =>
        New(
            StatusReasons.Timeout,
            $"the API server {options.Server} ({options.Source}) did not answer within {options.RequestTimeout.TotalSeconds:0.###} s",
            cause
        );

    /// <summary>The answer is not what the API server is supposed to send.</summary>
    public static KubernetesException Malformed(string what, Exception? cause = null) =>
        New(StatusReasons.MalformedAnswer, cause is null ? what : $"{what}: {cause.Message}", cause);

    /// <summary>A failure that the client itself found.</summary>
    public static KubernetesException New(string reason, string message, Exception? cause = null) =>
        new(
            new V1Status
            {
                Status = "Failure",
                Reason = reason,
                Message = message,
            },
            cause
        );

    private static async Task<byte[]> ReadBoundedAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        // Mostly some hundred bytes: a stamp into ten thousand namespaces may meet as many refusals.
        var buffer = new byte[Math.Min(content.Headers.ContentLength ?? MaxErrorBodyLength, MaxErrorBodyLength)];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return buffer[..length];
    }

    private static V1Status? TryParseStatus(byte[] body)
    {
        try
        {
            var status = JsonSerializer.Deserialize(body, ModelsJson.Contract<V1Status>());
            return status?.Kind == "Status" ? status : null;
        }
        catch (JsonException)
        {
            return null; // A proxy's page, not the API server's answer.
        }
    }

    private static V1Status Describe(HttpResponseMessage response, byte[] body)
    {
        var text = Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, MaxQuotationLength))).ReplaceLineEndings(" ").Trim();
        var request = response.RequestMessage;
        return new V1Status
        {
            Status = "Failure",
            Reason = Reason(response.StatusCode),
            Message = $"{request?.Method} {request?.RequestUri}: {(int)response.StatusCode} {response.ReasonPhrase}: {text}".TrimEnd(
                ' ',
                ':'
            ),
        };
    }

    private static string Reason(HttpStatusCode code) =>
        code switch
        {
            HttpStatusCode.NotFound => StatusReasons.NotFound,
            HttpStatusCode.Conflict => StatusReasons.Conflict,
            HttpStatusCode.Gone => StatusReasons.Gone,
            HttpStatusCode.Unauthorized => StatusReasons.Unauthorized,
            HttpStatusCode.Forbidden => StatusReasons.Forbidden,
            HttpStatusCode.TooManyRequests => StatusReasons.TooManyRequests,
            HttpStatusCode.ServiceUnavailable => StatusReasons.ServiceUnavailable,
            _ => StatusReasons.InternalError,
        };

    // The API server gives seconds, never a date.
    private static int? RetryAfterSeconds(RetryConditionHeaderValue? header) =>
        header?.Delta is { } delta ? (int)Math.Clamp(delta.TotalSeconds, 0, int.MaxValue) : null;

    // Without the password.
    private static string Via(Uri? proxy) =>
        proxy is null ? "" : $" through the proxy {proxy.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)}";

    // The outer messages ("see inner exception") say nothing.
    private static string Describe(Exception cause)
    {
        var innermost = cause.GetBaseException();
        return cause is HttpRequestException { InnerException: AuthenticationException } ? $"TLS: {innermost.Message}" : innermost.Message;
    }
}
