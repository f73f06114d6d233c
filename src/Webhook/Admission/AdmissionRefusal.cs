using System.Net;

namespace Palisade.Webhook.Admission;

/// <summary>Why a request cannot be answered as an admission review: it is the caller that is wrong, not the object.</summary>
/// <param name="Code">HTTP status of the answer.</param>
/// <param name="Reason">Constant CamelCase word, as in <c>Status.reason</c>.</param>
/// <param name="Message">Sentence that says what was expected and what was got.</param>
internal sealed record AdmissionRefusal(HttpStatusCode Code, string Reason, string Message)
{
    /// <summary>A refusal with status 400.</summary>
    public static AdmissionRefusal BadRequest(string message) => new(HttpStatusCode.BadRequest, "BadRequest", message);
}
