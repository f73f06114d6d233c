using System.Net;
using System.Text.Json;
using Palisade.Policy.Shapes;

namespace Palisade.Webhook.Admission;

/// <summary>Values of <c>AdmissionRequest.operation</c>.</summary>
internal static class AdmissionOperations
{
    public const string Create = "CREATE";
    public const string Update = "UPDATE";
    public const string Delete = "DELETE";

    /// <summary>A connection through the API server, such as a port-forward.</summary>
    public const string Connect = "CONNECT";
}

/// <summary>Why a request cannot be answered as an admission review: it is the caller that is wrong, not the object.</summary>
/// <param name="Code">HTTP status of the answer.</param>
/// <param name="Reason">Constant CamelCase word, as in <c>Status.reason</c>.</param>
/// <param name="Message">Sentence that says what was expected and what was got.</param>
internal sealed record AdmissionRefusal(HttpStatusCode Code, string Reason, string Message)
{
    /// <summary>A refusal with status 400.</summary>
    public static AdmissionRefusal BadRequest(string message) => new(HttpStatusCode.BadRequest, "BadRequest", message);
}

/// <summary>Takes the request out of an AdmissionReview, or says what is wrong with the review.</summary>
internal static class AdmissionReviewReader
{
    private const string ApiVersion = "admission.k8s.io/v1";
    private const string Kind = "AdmissionReview";

    /// <summary>
    /// Reads the review; one of the two results is null. The objects of the request are parts of the document, which the caller keeps as long as
    /// them, and are read by the model of their kind later.
    /// </summary>
    public static (AdmissionRequest? Request, AdmissionRefusal? Refusal) Read(JsonElement root)
    {
        if (ShapeReader.Check(root, ModelsJson.Contract<AdmissionReview>()) is [var fault, ..])
        {
            return Refuse($"{(fault.Field.Length == 0 ? Kind : fault.Field)}: {fault.Sentence}");
        }

        if (Text(root, "kind") is var kind && kind != Kind)
        {
            return Refuse($"kind: must be {Kind}, not \"{kind}\"");
        }

        if (Text(root, "apiVersion") is var version && version != ApiVersion)
        {
            return Refuse(
                $"apiVersion: must be {ApiVersion}, not \"{version}\"; set admissionReviewVersions: [v1] in the ValidatingWebhookConfiguration"
            );
        }

        if (Part(root, "request") is not { } part)
        {
            return Refuse("request: missing");
        }

        var request = ToRequest(part);
        return request.Uid is null or "" ? Refuse("request.uid: missing")
            : CheckObjects(request) is { } objects ? Refuse(objects)
            : (request, null);
    }

    private static AdmissionRequest ToRequest(JsonElement request)
    {
        var kind = Part(request, "kind");
        return new()
        {
            Uid = Text(request, "uid") ?? "",
            Kind = new()
            {
                Group = Text(kind, "group") ?? "",
                Version = Text(kind, "version") ?? "",
                Kind = Text(kind, "kind") ?? "",
            },
            SubResource = Text(request, "subResource"),
            Name = Text(request, "name"),
            Namespace = Text(request, "namespace"),
            Operation = Text(request, "operation") ?? "",
            UserInfo = new() { Username = Text(Part(request, "userInfo"), "username") },
            Object = Part(request, "object"),
            OldObject = Part(request, "oldObject"),
        };
    }

    private static string? CheckObjects(AdmissionRequest request) =>
        (request.Operation, request.Object?.ValueKind, request.OldObject?.ValueKind) switch
        {
            (AdmissionOperations.Create or AdmissionOperations.Update, not JsonValueKind.Object, _) =>
                $"request.object: must be an object on {request.Operation}",
            (AdmissionOperations.Update or AdmissionOperations.Delete, _, not JsonValueKind.Object) =>
                $"request.oldObject: must be an object on {request.Operation}",
            (AdmissionOperations.Create or AdmissionOperations.Update or AdmissionOperations.Delete or AdmissionOperations.Connect, _, _) =>
                null,
            _ => $"request.operation: must be CREATE, UPDATE, DELETE or CONNECT, not \"{request.Operation}\"",
        };

    private static JsonElement? Part(JsonElement parent, string field) =>
        parent.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string? Text(JsonElement? parent, string field) => parent is { } some ? Part(some, field)?.GetString() : null;

    private static (AdmissionRequest?, AdmissionRefusal?) Refuse(string message) =>
        (null, AdmissionRefusal.BadRequest($"the AdmissionReview cannot be read: {message}"));
}
