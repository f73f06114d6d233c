namespace Palisade.Webhook.Admission;

/// <summary>Answers for one kind of object.</summary>
internal interface IAdmissionHandler
{
    /// <summary>The kind.</summary>
    KubernetesEntityAttribute Entity { get; }

    /// <summary>Says whether the write may go on. Has no side effects.</summary>
    ValidationResult Handle(AdmissionRequest request);
}
