namespace Palisade.Kubernetes.Client;

/// <summary>A program that gives credentials (KEP-541, <c>client.authentication.k8s.io</c>).</summary>
public sealed record ExecPluginOptions
{
    /// <summary><c>client.authentication.k8s.io/v1</c> or <c>client.authentication.k8s.io/v1beta1</c>.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>Path or name of the program.</summary>
    public required string Command { get; init; }

    /// <summary>Arguments of the program.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables added to the program's environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How to install the program, shown when it is missing.</summary>
    public string? InstallHint { get; init; }

    /// <summary>Whether the program is told about the cluster in <c>KUBERNETES_EXEC_INFO</c>.</summary>
    public bool ProvideClusterInfo { get; init; }
}
