using System.Net;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using Palisade.Policy.Shapes;

namespace Palisade.Webhook.Admission;

/// <summary>Reads the body of a request: bounded in size and time, JSON only. Whatever is wrong with it is a refusal that says so.</summary>
internal static class AdmissionBody
{
    /// <summary>Maximum size of a body, in bytes. The API server itself takes objects up to 1.5 MiB, and an update carries two.</summary>
    public const int MaxBytes = 3 * 1024 * 1024;

    /// <summary>What is set aside before anything of a body has come, whatever its sender says.</summary>
    private const int UsualBytes = 64 * 1024;

    /// <summary>Reads the body; one of the two results is null.</summary>
    /// <exception cref="OperationCanceledException">The caller went away.</exception>
    public static async Task<(JsonDocument? Document, AdmissionRefusal? Refusal)> ReadAsync(
        HttpRequest request,
        TimeSpan timeout,
        TimeProvider timeProvider
    )
    {
        if (!IsJson(request.ContentType))
        {
            return Refuse(
                HttpStatusCode.UnsupportedMediaType,
                "UnsupportedMediaType",
                $"the content type must be application/json, not \"{request.ContentType}\""
            );
        }

        if (request.ContentLength > MaxBytes)
        {
            return TooLarge();
        }

        using var deadline = new CancellationTokenSource(timeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, request.HttpContext.RequestAborted);
        using var buffer = new MemoryStream((int)Math.Min(request.ContentLength ?? 0, UsualBytes));
        try
        {
            await request.Body.CopyToAsync(buffer, either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return Refuse(HttpStatusCode.RequestTimeout, "Timeout", $"the body did not arrive within {timeout.TotalSeconds} seconds");
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return TooLarge();
        }
        catch (BadHttpRequestException exception)
        {
            return Refuse((HttpStatusCode)exception.StatusCode, "BadRequest", $"the body could not be read: {exception.Message}");
        }

        return Parse(buffer.GetBuffer().AsMemory(0, (int)buffer.Length));
    }

    /// <summary>Parses a body that has been read; one of the two results is null.</summary>
    internal static (JsonDocument? Document, AdmissionRefusal? Refusal) Parse(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            return Refuse("the request has no body; it must be an AdmissionReview");
        }

        return StrictJson.TryParse(body, out var document, out var reason)
            ? (document, null)
            : Refuse($"the body is not valid JSON: {reason}");
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase);

    private static (JsonDocument?, AdmissionRefusal?) TooLarge() =>
        Refuse(HttpStatusCode.RequestEntityTooLarge, "RequestEntityTooLarge", $"the body must have at most {MaxBytes} bytes");

    private static (JsonDocument?, AdmissionRefusal?) Refuse(string message) => (null, AdmissionRefusal.BadRequest(message));

    private static (JsonDocument?, AdmissionRefusal?) Refuse(HttpStatusCode code, string reason, string message) =>
        (null, new AdmissionRefusal(code, reason, message));
}
