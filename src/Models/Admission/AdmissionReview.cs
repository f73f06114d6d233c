namespace Palisade.Models;

/// <summary>What the API server sends to an admission webhook, and what it gets back (admission.k8s.io/v1).</summary>
public sealed class AdmissionReview
{
    /// <summary>Always <c>admission.k8s.io/v1</c>.</summary>
    public string ApiVersion { get; set; } = "admission.k8s.io/v1";

    /// <summary>Always <c>AdmissionReview</c>.</summary>
    public string Kind { get; set; } = "AdmissionReview";

    /// <summary>The question; absent in answers.</summary>
    public AdmissionRequest? Request { get; set; }

    /// <summary>The answer; absent in questions.</summary>
    public AdmissionResponse? Response { get; set; }
}
