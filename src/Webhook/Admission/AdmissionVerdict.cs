using System.Net;
using Palisade.Kubernetes.Client;
using Palisade.Policy.Validation;

namespace Palisade.Webhook.Admission;

/// <summary>What a write is answered: allowed, or refused with a status; both may carry warnings.</summary>
/// <param name="Status">Why the write is refused; null when it is allowed.</param>
/// <param name="Warnings">Sentences for the user, of any length.</param>
internal sealed record AdmissionVerdict(V1Status? Status, IReadOnlyList<string> Warnings)
{
    /// <summary>How many causes a status lists; the message has them all.</summary>
    private const int MaxCauses = 100;

    /// <summary>The write is allowed without a word.</summary>
    public static AdmissionVerdict Allow { get; } = new(null, []);

    /// <summary>Whether the write may go on.</summary>
    public bool Allowed => Status is null;

    /// <summary>The verdict that findings lead to: an error among them refuses the write.</summary>
    public static AdmissionVerdict From(IReadOnlyList<Finding> findings, KubernetesEntityAttribute entity, string name)
    {
        var errors = findings.Where(finding => finding.Severity == FindingSeverity.Error).ToList();
        var warnings = findings.Where(finding => finding.Severity == FindingSeverity.Warning).Select(finding => finding.ToString());
        V1Status? status =
            errors.Count == 0 ? null
            : errors.Find(error => error.Code == FindingCodes.GeneratedPolicyEdited) is { } edited ? Forbidden(edited, entity, name)
            : Invalid(errors, entity, name);
        return new(status, [.. warnings]);
    }

    /// <summary>The verdict in the API's form.</summary>
    public AdmissionResponse ToResponse(string uid)
    {
        var warnings = WarningText.Fit(Warnings);
        return new()
        {
            Uid = uid,
            Allowed = Allowed,
            Status = Status,
            Warnings = warnings.Count == 0 ? null : [.. warnings],
        };
    }

    /// <summary>
    /// The object breaks rules of its kind: status 422 with a cause for each error. kubectl prints the causes for a single object and the
    /// message for several, so each tells all.
    /// </summary>
    private static V1Status Invalid(List<Finding> errors, KubernetesEntityAttribute entity, string name)
    {
        var status = Failure(HttpStatusCode.UnprocessableEntity, StatusReasons.Invalid, entity, name);
        status.Message = RejectionMessage.Format(entity.Kind, name, errors);
        status.Details!.Causes = [.. errors.Take(MaxCauses).Select(ToCause)];
        return status;
    }

    /// <summary>The user may not do this: status 403.</summary>
    private static V1Status Forbidden(Finding edited, KubernetesEntityAttribute entity, string name)
    {
        var status = Failure(HttpStatusCode.Forbidden, StatusReasons.Forbidden, entity, name);
        status.Message = edited.ToString();
        return status;
    }

    private static V1Status Failure(HttpStatusCode code, string reason, KubernetesEntityAttribute entity, string name) =>
        new()
        {
            ApiVersion = "v1",
            Kind = "Status",
            Status = "Failure",
            Code = (int)code,
            Reason = reason,
            Details = new V1StatusDetails
            {
                Group = entity.Group,
                Kind = entity.Kind,
                Name = name,
            },
        };

    /// <summary>The clients put the field before the message themselves.</summary>
    private static V1StatusCause ToCause(Finding error)
    {
        var text = error.ToString();
        var prefix = error.Field + ": ";
        return new V1StatusCause
        {
            Reason = "FieldValueInvalid",
            Field = error.Field,
            Message = text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text,
        };
    }
}
