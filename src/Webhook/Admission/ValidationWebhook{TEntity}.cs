using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using k8s;
using Palisade.Policy.Validation;
using Palisade.Webhook.Decoding;

namespace Palisade.Webhook.Admission;

/// <summary>
/// Base of the webhooks, one a kind (the seam is KubeOps'). Override what the kind cares about; everything else is allowed. None may
/// have side effects.
/// </summary>
/// <typeparam name="TEntity">The kind.</typeparam>
public abstract class ValidationWebhook<TEntity> : IAdmissionHandler
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    private static readonly KubernetesEntityAttribute EntityOfType =
        typeof(TEntity).GetCustomAttribute<KubernetesEntityAttribute>()
        ?? throw new InvalidOperationException($"{typeof(TEntity)} has no [KubernetesEntity].");

    private readonly JsonTypeInfo<TEntity> _contract;
    private readonly ModelShape _shape;

    /// <summary>Makes a webhook.</summary>
    /// <param name="contract">How the kind is read from JSON.</param>
    protected ValidationWebhook(JsonTypeInfo<TEntity> contract) => (_contract, _shape) = (contract, ModelShape.Of(contract));

    /// <summary>The kind.</summary>
    public KubernetesEntityAttribute Entity => EntityOfType;

    /// <summary>Asked before an object is created.</summary>
    /// <param name="entity">The object, as far as it could be read.</param>
    /// <param name="context">Circumstances of the write.</param>
    public virtual ValidationResult Create(TEntity entity, AdmissionContext context) => ValidationResult.Success();

    /// <summary>Asked before the spec of an object is changed.</summary>
    /// <param name="oldEntity">The object as it is.</param>
    /// <param name="newEntity">The object as it would be, as far as it could be read.</param>
    /// <param name="context">Circumstances of the write.</param>
    public virtual ValidationResult Update(TEntity oldEntity, TEntity newEntity, AdmissionContext context) => ValidationResult.Success();

    /// <summary>
    /// Asked before an object is changed whose spec stays as it is. Refuse with care: finalizers must always be removable, and objects
    /// from before the webhook must stay writable.
    /// </summary>
    /// <param name="oldEntity">The object as it is.</param>
    /// <param name="newEntity">The object as it would be, as far as it could be read.</param>
    /// <param name="context">Circumstances of the write.</param>
    public virtual ValidationResult UpdateMetadata(TEntity oldEntity, TEntity newEntity, AdmissionContext context) =>
        ValidationResult.Success();

    /// <summary>Asked before an object is deleted.</summary>
    /// <param name="entity">The object as it is.</param>
    /// <param name="context">Circumstances of the write.</param>
    public virtual ValidationResult Delete(TEntity entity, AdmissionContext context) => ValidationResult.Success();

    ValidationResult IAdmissionHandler.Handle(AdmissionRequest request)
    {
        if (!string.IsNullOrEmpty(request.SubResource))
        {
            return ValidationResult.Success();
        }

        return request.Operation switch
        {
            AdmissionOperations.Create => Create(request),
            AdmissionOperations.Update => Update(request),
            AdmissionOperations.Delete => Delete(request),
            _ => ValidationResult.Success(),
        };
    }

    private ValidationResult Create(AdmissionRequest request)
    {
        var read = Read(request.Object!.Value);
        return Create(
            read.Value,
            Context(request, read.Value) with
            {
                ReadingFindings = ReadingFindings.Of(request.Object.Value, read.Faults),
            }
        );
    }

    private ValidationResult Update(AdmissionRequest request)
    {
        var (oldRead, newRead) = (Read(request.OldObject!.Value), Read(request.Object!.Value));
        var context = Context(request, newRead.Value) with { AppliedNow = LastApplied(newRead.Value) != LastApplied(oldRead.Value) };
        if (HaveSameSpec(request.OldObject!.Value, request.Object!.Value))
        {
            // Faults of a spec that stays as it is are nobody's doing now; a typo just made is still worth a warning.
            var result = UpdateMetadata(oldRead.Value, newRead.Value, context);
            var typos = context.AppliedNow ? UnknownFields.FindInLastApplied(newRead.Value.Metadata.Annotations) : [];
            return result with { Warnings = [.. result.Warnings, .. typos.Select(typo => typo.ToString())] };
        }

        context = context with { ReadingFindings = ReadingFindings.Of(request.Object!.Value, newRead.Faults) };
        return Update(oldRead.Value, newRead.Value, context);
    }

    private static string? LastApplied(TEntity entity) =>
        entity.Metadata.Annotations?.TryGetValue(UnknownFields.LastAppliedAnnotation, out var applied) == true ? applied : null;

    private ValidationResult Delete(AdmissionRequest request)
    {
        var entity = Read(request.OldObject!.Value).Value;
        return Delete(entity, Context(request, entity));
    }

    private DecodedObject<TEntity> Read(JsonElement element) => ObjectDecoder.Decode(element, _contract);

    private static bool HaveSameSpec(JsonElement first, JsonElement second)
    {
        var (inFirst, inSecond) = (first.TryGetProperty("spec", out var firstSpec), second.TryGetProperty("spec", out var secondSpec));
        return inFirst == inSecond && (!inFirst || JsonElement.DeepEquals(firstSpec, secondSpec));
    }

    private static AdmissionContext Context(AdmissionRequest request, TEntity entity) =>
        new()
        {
            Name = entity.Metadata is { Name.Length: 0, GenerateName: { } prefix } ? prefix + "*" : entity.Metadata.Name,
            Namespace = string.IsNullOrEmpty(request.Namespace) ? null : request.Namespace,
            User = request.UserInfo.Username ?? "",
            DryRun = request.DryRun ?? false,
        };
}
