using Palisade.Kubernetes;
using Palisade.Webhook.Certificates;

namespace Palisade.Webhook.Hosting;

/// <summary>Whether the API server may be pointed at this replica.</summary>
internal sealed class Readiness(ServingCertificate serving, ServingState state, TimeProvider timeProvider) : IHealthSource
{
    /// <inheritdoc/>
    public string Name => "serving";

    /// <inheritdoc/>
    public HealthReport Check() => WhyNot() is { } reason ? HealthReport.Unhealthy(reason) : HealthReport.Healthy;

    private string? WhyNot() =>
        this switch
        {
            _ when state.IsStopping => "shutting down",
            _ when serving.NotAfter is null => "no certificate yet",
            _ when serving.NotAfter <= timeProvider.GetUtcNow() => "the certificate has ended",
            _ when !state.IsRegistered => "not registered: no ValidatingWebhookConfiguration yet that trusts the certificate",
            _ when !state.SelfCallWorked => "a call to itself has not worked yet",
            _ => null,
        };
}
