using System.Net;
using Microsoft.Extensions.Logging;

namespace Palisade.Hosting;

/// <summary>What each of the servers can be told; <see cref="ServerFlags"/> reads it.</summary>
public record ServerOptions
{
    /// <summary>Path of a kubeconfig; null to look in the usual places.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Context of the kubeconfig; null for the current one.</summary>
    public string? Context { get; init; }

    /// <summary>Address that the server listens on.</summary>
    public IPAddress BindAddress { get; init; } = IPAddress.IPv6Any;

    /// <summary>Port of <c>/healthz</c>, <c>/readyz</c> and <c>/metrics</c>, plain HTTP; 0 for any free one.</summary>
    public int MetricsPort { get; init; } = 8080;

    /// <summary>Form of log lines.</summary>
    public LogFormat LogFormat { get; init; }

    /// <summary>Lowest level that is logged.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;
}

/// <summary>Form of log lines.</summary>
public enum LogFormat
{
    /// <summary>One line of human-readable text each.</summary>
    Text,

    /// <summary>One JSON object each, for log collectors.</summary>
    Json,
}
