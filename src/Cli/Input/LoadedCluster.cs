using Palisade.Cli.Manifests;
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

    /// <summary>All that was read, the invalid too.</summary>
    public required ManifestSet AsRead { get; init; }

    /// <summary>What of the input cannot be used, and so is not in the cluster.</summary>
    public required LeftOut LeftOut { get; init; }

    /// <summary>Loads what a command looks at. What is wrong is told on the error output.</summary>
    /// <returns>The cluster; null when the input cannot be used.</returns>
    public static Task<LoadedCluster?> LoadAsync(InputSelection selection, CliConsole console, CancellationToken cancellationToken) =>
        LoadAsync(selection, LoadPurpose.Analysis, console, cancellationToken);

    /// <summary>Loads what a command looks at. What is wrong is told on the error output.</summary>
    /// <returns>The cluster; null when the input cannot be used.</returns>
    public static async Task<LoadedCluster?> LoadAsync(
        InputSelection selection,
        LoadPurpose purpose,
        CliConsole console,
        CancellationToken cancellationToken
    )
    {
        if (await ManifestInput.ReadAsync(selection, console, cancellationToken) is not { } input)
        {
            return null;
        }
        var (cluster, errors) =
            selection.IsLive ? (OfCluster(input.Manifests), [])
            : purpose == LoadPurpose.Lab ? ClusterCompletion.ForLab(input.Manifests)
            : ClusterCompletion.ForAnalysis(input.Manifests);
        if (errors.Any(error => !LeftOut.Allows(error.Subject, input.Manifests)))
        {
            foreach (var error in errors)
            {
                await console.Error.WriteLineAsync(error.ToString());
            }
            return null;
        }
        List<LeftOutObject> pods = [.. errors.Select(error => ManifestInput.FromError(error, error.Subject!, []))];
        await ManifestInput.TellAsync(pods, console);
        var expansion = ClusterExpansion.From(input.Manifests, cluster);
        var notes = selection.IsLive || purpose == LoadPurpose.Expansion ? [] : WorkloadNotes.From(input.Manifests);
        var labels =
            selection.IsLive || purpose == LoadPurpose.Expansion ? [] : UnknownLabels.Find(input.Manifests, expansion.Snapshot.Policies);
        var warnings = expansion.Warnings.Concat(expansion.Synthetic).Concat(labels);
        foreach (var line in warnings.Select(warning => $"warning: {warning}").Concat(notes))
        {
            await console.Error.WriteLineAsync(line);
        }
        return new(input.Manifests, cluster, expansion, selection.IsLive) { AsRead = input.AsRead, LeftOut = input.LeftOut.With(pods) };
    }

    /// <summary>A live cluster as it was read.</summary>
    public static ClusterSnapshot OfCluster(ManifestSet manifests)
    {
        var pool = new FactsPool();
        return new()
        {
            Namespaces = [.. manifests.Objects<V1Namespace>().Select(NamespaceFacts.From)],
            Nodes = [.. manifests.Objects<V1Node>().Select(NodeFacts.From)],
            Pods = [.. manifests.Objects<V1Pod>().Select(pod => PodFacts.From(pod, pool))],
            Policies = [.. manifests.Objects<V1NetworkPolicy>().Select(PolicyFacts.From)],
            ServiceAddresses = ServiceDirectory.AddressesOf(manifests),
        };
    }
}
