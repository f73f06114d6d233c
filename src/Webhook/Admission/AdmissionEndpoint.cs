using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Palisade.Webhook.Admission;

/// <summary>Serves admission reviews: reads the body, has it judged, writes the answer.</summary>
internal sealed partial class AdmissionEndpoint(
    AdmissionKinds kinds,
    AdmissionMetrics metrics,
    TimeProvider timeProvider,
    ILogger<AdmissionEndpoint> logger
)
{
    /// <summary>How long a body may take to arrive; the API server gives up after 5 seconds.</summary>
    private static readonly TimeSpan BodyTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Handles one call.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        var start = timeProvider.GetTimestamp();
        var (document, refusal) = await AdmissionBody.ReadAsync(http.Request, BodyTimeout, timeProvider);
        using (document)
        {
            var (request, response, refused) = document is null ? (null, null, refusal!) : Judge(document.RootElement);
            if (response is null)
            {
                metrics.Refused(refused!.Code, timeProvider.GetElapsedTime(start));
                LogRefused(logger, (int)refused.Code, refused.Message);
                await RefuseAsync(http, refused);
            }
            else
            {
                metrics.Answered(request!, response, timeProvider.GetElapsedTime(start));
                Log(request!, response);
                await AnswerAsync(http, response);
            }
        }
    }

    private (AdmissionRequest?, AdmissionResponse?, AdmissionRefusal?) Judge(JsonElement root)
    {
        var (request, refusal) = AdmissionReviewReader.Read(root);
        if (request is null)
        {
            return (null, null, refusal);
        }

        var (verdict, unknownKind) = kinds.Judge(request);
        return (request, verdict?.ToResponse(request.Uid), unknownKind);
    }

    private static Task AnswerAsync(HttpContext http, AdmissionResponse response) =>
        WriteAsync(http, StatusCodes.Status200OK, new AdmissionReview { Response = response }, ModelsJson.Contract<AdmissionReview>());

    private static Task RefuseAsync(HttpContext http, AdmissionRefusal refusal)
    {
        // The API server shows the message of a Status to its user.
        var status = new V1Status
        {
            ApiVersion = "v1",
            Kind = "Status",
            Status = "Failure",
            Code = (int)refusal.Code,
            Reason = refusal.Reason,
            Message = refusal.Message,
        };
        return WriteAsync(http, (int)refusal.Code, status, ModelsJson.Contract<V1Status>());
    }

    private static async Task WriteAsync<T>(HttpContext http, int code, T value, JsonTypeInfo<T> contract)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(value, contract);
        http.Response.StatusCode = code;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    private void Log(AdmissionRequest request, AdmissionResponse response)
    {
        if (response.Allowed)
        {
            LogAllowed(logger, request.Operation, request.Kind.Kind, request.Namespace, request.Name, request.UserInfo.Username);
        }
        else
        {
            LogDenied(
                logger,
                request.Operation,
                request.Kind.Kind,
                request.Namespace,
                request.Name,
                request.UserInfo.Username,
                response.Status?.Message
            );
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Allowed {Operation} of {Kind} {Namespace}/{Name} by {User}.")]
    private static partial void LogAllowed(ILogger logger, string operation, string kind, string? @namespace, string? name, string? user);

    [LoggerMessage(Level = LogLevel.Information, Message = "Denied {Operation} of {Kind} {Namespace}/{Name} by {User}: {Reason}")]
    private static partial void LogDenied(
        ILogger logger,
        string operation,
        string kind,
        string? @namespace,
        string? name,
        string? user,
        string? reason
    );

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused a request with status {Code}: {Reason}")]
    private static partial void LogRefused(ILogger logger, int code, string reason);
}
