using Palisade.Kubernetes.Manifests;
using Palisade.Models;
using Palisade.Policy;

namespace Palisade.Cli.Input;

/// <summary>A cluster to think about, made of files or read from the API server.</summary>
/// <param name="Manifests">The objects it is made of, with their places.</param>
/// <param name="Given">The cluster without what custom resources stamp, when it is made of files.</param>
/// <param name="Expansion">What the custom resources stamp into it.</param>
/// <param name="IsLive">Whether it was read from the API server.</param>
internal sealed record LoadedCluster(ManifestSet Manifests, ClusterSnapshot Given, ClusterExpansion Expansion, bool IsLive)
{
    /// <summary>The cluster with the policies that are in force: of a live one those that it has, of files those that would be stamped too.</summary>
    public ClusterSnapshot Snapshot => IsLive ? Expansion.Snapshot with { Policies = Given.Policies } : Expansion.Snapshot;

    /// <summary>Loads what a command looks at. What is wrong is told on the error output.</summary>
    /// <returns>The cluster; null when something was wrong.</returns>
    public static async Task<LoadedCluster?> LoadAsync(InputSelection selection, CliConsole console, CancellationToken cancellationToken)
    {
        if (await ManifestInput.ReadAsync(selection, console, cancellationToken) is not { } manifests)
        {
            return null;
        }
        var (cluster, errors) = selection.IsLive ? (OfCluster(manifests), []) : ClusterCompletion.ForAnalysis(manifests);
        foreach (var error in errors)
        {
            await console.Error.WriteLineAsync(error.ToString());
        }
        if (errors.Count > 0)
        {
            return null;
        }
        var expansion = ClusterExpansion.Of(manifests, cluster);
        foreach (var madeUp in expansion.Warnings.Concat(expansion.MadeUp))
        {
            await console.Error.WriteLineAsync($"warning: {madeUp}");
        }
        return new(manifests, cluster, expansion, selection.IsLive);
    }

    /// <summary>A live cluster as it was read.</summary>
    public static ClusterSnapshot OfCluster(ManifestSet manifests) =>
        new()
        {
            Namespaces = [.. manifests.Objects<V1Namespace>()],
            Nodes = [.. manifests.Objects<V1Node>()],
            Pods = [.. manifests.Objects<V1Pod>()],
            Policies = [.. manifests.Objects<V1NetworkPolicy>()],
        };
}
