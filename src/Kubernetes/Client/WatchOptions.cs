namespace Palisade.Kubernetes.Client;

/// <summary>From where a watch starts, and how long one connection may last.</summary>
public sealed record WatchOptions
{
    /// <summary>Version after which changes are wanted; from a list or the last event.</summary>
    public required string ResourceVersion { get; init; }

    /// <summary>After this time the API server is asked to end the watch, so that connections spread over its replicas.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>When nothing at all was received for this long, the connection is taken for dead.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(6);

    /// <summary>Called when the API server has taken the watch up; events may still be long in coming.</summary>
    public Action? OnOpened { get; init; }
}
