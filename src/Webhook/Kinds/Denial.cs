using System.Net;
using Palisade.Kubernetes.Client;
using Palisade.Policy.Validation;

namespace Palisade.Webhook.Kinds;

/// <summary>Makes the statuses with which writes are refused.</summary>
internal static class Denial
{
    /// <summary>How many causes a status lists; the message has them all.</summary>
    private const int MaxCauses = 100;

    /// <summary>
    /// The object breaks rules of its kind: status 422 with a cause for each error. kubectl prints the causes for a single object and the
    /// message for several, so each tells all.
    /// </summary>
    public static V1Status Invalid(KubernetesEntityAttribute entity, string name, IReadOnlyList<Finding> errors) =>
        new()
        {
            ApiVersion = "v1",
            Kind = "Status",
            Status = "Failure",
            Code = (int)HttpStatusCode.UnprocessableEntity,
            Reason = StatusReasons.Invalid,
            Message = RejectionMessage.Format(entity.Kind, name, errors),
            Details = new V1StatusDetails
            {
                Group = entity.Group,
                Kind = entity.Kind,
                Name = name,
                Causes = [.. errors.Take(MaxCauses).Select(ToCause)],
            },
        };

    /// <summary>The user may not do this: status 403.</summary>
    public static V1Status Forbidden(KubernetesEntityAttribute entity, string name, string message) =>
        new()
        {
            ApiVersion = "v1",
            Kind = "Status",
            Status = "Failure",
            Code = (int)HttpStatusCode.Forbidden,
            Reason = StatusReasons.Forbidden,
            Message = message,
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
