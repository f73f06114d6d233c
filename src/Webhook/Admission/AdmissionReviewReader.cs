using System.Text.Json;
using Palisade.Webhook.Decoding;

namespace Palisade.Webhook.Admission;

/// <summary>Takes the request out of an AdmissionReview, or says what is wrong with the review.</summary>
internal static class AdmissionReviewReader
{
    private const string ApiVersion = "admission.k8s.io/v1";
    private const string Kind = "AdmissionReview";

    /// <summary>Reads the review; one of the two results is null.</summary>
    public static (AdmissionRequest? Request, AdmissionRefusal? Refusal) Read(JsonElement root)
    {
        var decoded = ObjectDecoder.Decode(root, ModelsJson.Contract<AdmissionReview>());
        if (decoded.Faults is [var fault, ..])
        {
            var field = fault.Field.Length == 0 ? Kind : fault.Field;
            return Refuse($"{field}: {fault.Message}");
        }

        return Check(root, decoded.Value);
    }

    private static (AdmissionRequest?, AdmissionRefusal?) Check(JsonElement root, AdmissionReview review)
    {
        // The model has defaults for both, which would hide that they are missing.
        if (!root.TryGetProperty("kind", out _) || review.Kind != Kind)
        {
            return Refuse($"kind: must be {Kind}, not \"{(root.TryGetProperty("kind", out _) ? review.Kind : "")}\"");
        }

        if (!root.TryGetProperty("apiVersion", out _) || review.ApiVersion != ApiVersion)
        {
            var given = root.TryGetProperty("apiVersion", out _) ? review.ApiVersion : "";
            return Refuse(
                $"apiVersion: must be {ApiVersion}, not \"{given}\"; set admissionReviewVersions: [v1] in the ValidatingWebhookConfiguration"
            );
        }

        if (review.Request is not { } request)
        {
            return Refuse("request: missing");
        }

        if (request.Uid.Length == 0)
        {
            return Refuse("request.uid: missing");
        }

        return CheckObjects(request) is { } fault ? Refuse(fault) : (request, null);
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

    private static (AdmissionRequest?, AdmissionRefusal?) Refuse(string message) =>
        (null, AdmissionRefusal.BadRequest($"the AdmissionReview cannot be read: {message}"));
}
