using Palisade.Hosting;
using Palisade.Webhook.Admission;
using Palisade.Webhook.Certificates;

namespace Palisade.Webhook.Hosting;

/// <summary>Everything that the program can be told.</summary>
public sealed record WebhookOptions : ServerOptions
{
    /// <summary>Takes the defaults.</summary>
    public WebhookOptions() { }

    /// <summary>Takes what all servers can be told.</summary>
    public WebhookOptions(ServerOptions server)
        : base(server) { }

    /// <summary>Port of the API server's calls, HTTPS; 0 for any that is free.</summary>
    public int Port { get; init; } = 9443;

    /// <summary>Directory with tls.crt and tls.key; null when the certificates are self-managed.</summary>
    public string? CertDirectory { get; init; }

    /// <summary>Namespace that the program runs in.</summary>
    public string Namespace { get; init; } = "palisade-system";

    /// <summary>Service through which the API server calls.</summary>
    public string ServiceName { get; init; } = "palisade-webhook";

    /// <summary>More names and addresses for the self-managed certificate.</summary>
    public IReadOnlyList<string> DnsNames { get; init; } = [];

    /// <summary>Secret that holds the self-managed authority.</summary>
    public string SecretName { get; init; } = "palisade-webhook-ca";

    /// <summary>ValidatingWebhookConfiguration to put the authority into.</summary>
    public string ConfigurationName { get; init; } = "palisade";

    /// <summary>Lives of the self-managed certificates.</summary>
    public CertificateLifetimes Lifetimes { get; init; } = new();

    /// <summary>What happens when somebody but the operator changes a stamped NetworkPolicy.</summary>
    public ProtectionMode ProtectGenerated { get; init; } = ProtectionMode.Deny;

    /// <summary>Users that the operator may run as; empty for its service account in <see cref="Namespace"/>.</summary>
    public IReadOnlyList<string> OperatorUsers { get; init; } = [];

    /// <summary>Whether what the API server takes in a NetworkPolicy, such as host bits in a CIDR, is an error rather than a warning.</summary>
    public bool StrictNetworkPolicies { get; init; }

    /// <summary>Whether warnings say what a policy would do in this cluster now.</summary>
    public bool ImpactWarnings { get; init; } = true;

    /// <summary>
    /// How many namespaces, pods and NetworkPolicies are held at most for those warnings; large ones count as several. 40,000 take about 70 MB.
    /// </summary>
    public int ImpactMaxObjects { get; init; } = 40_000;

    /// <summary>How long calls are still served after the program was told to end, while endpoints are being updated.</summary>
    public TimeSpan ShutdownDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Names under which the API server calls, the first being that of the Service.</summary>
    public IReadOnlyList<string> ServingNames =>
        [$"{ServiceName}.{Namespace}.svc", $"{ServiceName}.{Namespace}.svc.cluster.local", $"{ServiceName}.{Namespace}", .. DnsNames];

    /// <summary>Users that may change a stamped NetworkPolicy.</summary>
    public IReadOnlyList<string> EffectiveOperatorUsers =>
        OperatorUsers.Count > 0 ? OperatorUsers : [$"system:serviceaccount:{Namespace}:palisade-operator"];
}
