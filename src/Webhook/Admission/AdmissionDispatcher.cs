using System.Collections.Frozen;

namespace Palisade.Webhook.Admission;

/// <summary>Finds the webhook for a request and puts its answer into the API's form.</summary>
internal sealed class AdmissionDispatcher
{
    private readonly FrozenDictionary<(string Group, string Kind), IAdmissionHandler> _handlers;

    /// <summary>Makes a dispatcher.</summary>
    public AdmissionDispatcher(IEnumerable<IAdmissionHandler> handlers) =>
        _handlers = handlers.ToFrozenDictionary(handler => (handler.Entity.Group, handler.Entity.Kind));

    /// <summary>Answers a request; one of the two results is null.</summary>
    public (AdmissionResponse? Response, AdmissionRefusal? Refusal) Dispatch(AdmissionRequest request)
    {
        if (!_handlers.TryGetValue((request.Kind.Group, request.Kind.Kind), out var handler))
        {
            var known = string.Join(", ", _handlers.Values.Select(Describe).Order(StringComparer.Ordinal));
            return Refuse($"this webhook knows {known}, not {Describe(request.Kind)}");
        }

        if (request.Kind.Version != handler.Entity.ApiVersion)
        {
            return Refuse($"this webhook knows {Describe(handler)}, not {Describe(request.Kind)}; set matchPolicy: Equivalent");
        }

        var result = handler.Handle(request);
        var warnings = WarningText.Fit(result.Warnings);
        var response = new AdmissionResponse
        {
            Uid = request.Uid,
            Allowed = result.Allowed,
            Status = result.Status,
            Warnings = warnings.Count == 0 ? null : [.. warnings],
        };
        return (response, null);
    }

    private static string Describe(IAdmissionHandler handler) =>
        $"{handler.Entity.Group}/{handler.Entity.ApiVersion} {handler.Entity.Kind}";

    private static string Describe(GroupVersionKind kind) =>
        kind.Group.Length == 0 ? $"{kind.Version} {kind.Kind}" : $"{kind.Group}/{kind.Version} {kind.Kind}";

    private static (AdmissionResponse?, AdmissionRefusal?) Refuse(string message) =>
        (null, AdmissionRefusal.BadRequest($"{message}; correct the rules of the ValidatingWebhookConfiguration"));
}
