using Palisade.Lab.Probes;

namespace Palisade.EndToEnd;

/// <summary>The ports that things listen on.</summary>
public static class Ports
{
    /// <summary>HTTP, which the pods call <c>http</c>.</summary>
    public const int Http = 8080;

    /// <summary>The database's port.</summary>
    public const int Sql = 5432;

    /// <summary>DNS.</summary>
    public const int Dns = 53;

    /// <summary>Every pod serves these.</summary>
    public static IReadOnlyList<(int Port, ProbeProtocol Protocol)> OfPods { get; } =
    [(Http, ProbeProtocol.Tcp), (Sql, ProbeProtocol.Tcp), (Dns, ProbeProtocol.Udp)];

    /// <summary>The webhook serves here, on loopback.</summary>
    public const string Webhook = "19443";

    /// <summary>Health of the webhook.</summary>
    public const string WebhookHealth = "18081";

    /// <summary>Health of the operator.</summary>
    public const string OperatorHealth = "18080";

    /// <summary>Health of an agent, in its node's network namespace.</summary>
    public const string AgentHealth = "9440";
}
