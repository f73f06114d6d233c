using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using k8s;
using Palisade.Policy.Shapes;
using Palisade.Policy.Validation;

namespace Palisade.Webhook.Admission;

/// <summary>The kinds that the webhook knows, each with its handler.</summary>
internal sealed class AdmissionKinds
{
    private readonly FrozenDictionary<(string Group, string Kind), AdmissionKind> _kinds;

    public AdmissionKinds(PolicyHandlers handlers) =>
        _kinds = new[]
        {
            AdmissionKind.From(ModelsJson.Contract<ClusterNetworkPolicy>(), handlers.ClusterNetworkPolicy),
            AdmissionKind.From(ModelsJson.Contract<DefaultDenyProfile>(), handlers.DefaultDenyProfile),
            AdmissionKind.From(ModelsJson.Contract<V1NetworkPolicy>(), handlers.NetworkPolicy),
        }.ToFrozenDictionary(kind => (kind.Entity.Group, kind.Entity.Kind));

    /// <summary>Judges a request; one of the two results is null.</summary>
    public (AdmissionVerdict? Verdict, AdmissionRefusal? Refusal) Judge(AdmissionRequest request)
    {
        if (!_kinds.TryGetValue((request.Kind.Group, request.Kind.Kind), out var kind))
        {
            var known = string.Join(", ", _kinds.Values.Select(one => one.ToString()).Order(StringComparer.Ordinal));
            return Refuse($"this webhook knows {known}, not {Describe(request.Kind)}");
        }

        return request.Kind.Version == kind.Entity.ApiVersion
            ? (kind.Judge(request), null)
            : Refuse($"this webhook knows {kind}, not {Describe(request.Kind)}; set matchPolicy: Equivalent");
    }

    private static string Describe(GroupVersionKind kind) =>
        kind.Group.Length == 0 ? $"{kind.Version} {kind.Kind}" : $"{kind.Group}/{kind.Version} {kind.Kind}";

    private static (AdmissionVerdict?, AdmissionRefusal?) Refuse(string message) =>
        (null, AdmissionRefusal.BadRequest($"{message}; correct the rules of the ValidatingWebhookConfiguration"));
}

/// <summary>A kind with its handler.</summary>
/// <param name="Entity">The kind.</param>
/// <param name="Judge">Reads the objects of a request, and asks the handler about them.</param>
internal sealed record AdmissionKind(KubernetesEntityAttribute Entity, Func<AdmissionRequest, AdmissionVerdict> Judge)
{
    /// <summary>A kind that is read by a model.</summary>
    public static AdmissionKind From<T>(JsonTypeInfo<T> model, AdmissionHandler<T> handler)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var entity =
            typeof(T).GetCustomAttribute<KubernetesEntityAttribute>()
            ?? throw new InvalidOperationException($"{typeof(T)} has no [KubernetesEntity].");
        return new(entity, request => JudgeAs(request, entity, model, handler));
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Entity.Group}/{Entity.ApiVersion} {Entity.Kind}";

    private static AdmissionVerdict JudgeAs<T>(
        AdmissionRequest request,
        KubernetesEntityAttribute entity,
        JsonTypeInfo<T> model,
        AdmissionHandler<T> handler
    )
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        if (!string.IsNullOrEmpty(request.SubResource) || request.Operation == AdmissionOperations.Connect)
        {
            return AdmissionVerdict.Allow;
        }

        var old = request.Operation == AdmissionOperations.Create ? null : ShapeReader.Read(request.OldObject!.Value, model);
        var now =
            request.Operation == AdmissionOperations.Delete ? null : ShapeReader.Read(request.Object!.Value, model, ShapeOptions.Strict);
        var metadata = (now ?? old)!.Value.Metadata;
        var context = new AdmissionContext
        {
            Name = string.IsNullOrEmpty(metadata.Name) && metadata.GenerateName is { } prefix ? prefix + "*" : metadata.Name ?? "",
            User = request.UserInfo.Username ?? "",
            SpecChanged = old is null || now is null || !HaveSameSpec(request.OldObject!.Value, request.Object!.Value),
            AppliedNow = old is null || now is null || LastApplied(old.Value) != LastApplied(now.Value),
            Faults = now?.Faults ?? [],
        };
        return AdmissionVerdict.From(handler(old?.Value, now?.Value, context), entity, context.Name);
    }

    private static bool HaveSameSpec(JsonElement first, JsonElement second)
    {
        var (inFirst, inSecond) = (first.TryGetProperty("spec", out var firstSpec), second.TryGetProperty("spec", out var secondSpec));
        return inFirst == inSecond && (!inFirst || JsonElement.DeepEquals(firstSpec, secondSpec));
    }

    private static string? LastApplied(IKubernetesObject<V1ObjectMeta> entity) =>
        entity.Metadata.Annotations?.TryGetValue(ShapeFindings.LastAppliedAnnotation, out var applied) == true ? applied : null;
}
