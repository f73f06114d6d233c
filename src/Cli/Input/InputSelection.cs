namespace Palisade.Cli.Input;

/// <summary>What a command looks at: files, or a live cluster.</summary>
/// <param name="Files">Files, directories and <c>-</c>; none for a live cluster.</param>
internal sealed record InputSelection(IReadOnlyList<string> Files)
{
    /// <summary>Namespace given by <c>-n</c>; null when none was.</summary>
    public string? Namespace { get; init; }

    /// <summary>Whether <c>-A</c> was given.</summary>
    public bool AllNamespaces { get; init; }

    /// <summary>Kubeconfig of the live cluster; null for the usual one.</summary>
    public string? KubeConfig { get; init; }

    /// <summary>Context of the live cluster; null for the current one.</summary>
    public string? Context { get; init; }

    /// <summary>Whether a live cluster is meant.</summary>
    public bool IsLive => Files.Count == 0;
}
