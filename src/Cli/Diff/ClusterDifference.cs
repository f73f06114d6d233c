using System.Collections.Immutable;
using Palisade.Cli.Input;
using Palisade.Policy.Connectivity;

namespace Palisade.Cli.Diff;

/// <summary>Which connections a change opens and closes.</summary>
/// <param name="Opened">Those that only the new state allows.</param>
/// <param name="Closed">Those that only the old state allows.</param>
/// <param name="MayOpen">Those that may open: whether they do depends on where pods get their addresses.</param>
/// <param name="MayClose">Those that may close, likewise.</param>
/// <param name="Added">Workloads that only the new state has.</param>
/// <param name="Removed">Workloads that only the old state has.</param>
internal sealed record ClusterDifference(
    ImmutableArray<ChangeGroup> Opened,
    ImmutableArray<ChangeGroup> Closed,
    ImmutableArray<ChangeGroup> MayOpen,
    ImmutableArray<ChangeGroup> MayClose,
    ImmutableArray<string> Added,
    ImmutableArray<string> Removed
)
{
    /// <summary>As many as people read; a comment on a pull request holds not much more.</summary>
    public const int MaxShown = 200;

    /// <summary>What says how many were left out of what people read; null when none were.</summary>
    public static string? RestOf(IReadOnlyCollection<ChangeGroup> groups) =>
        groups.Count > MaxShown ? $"and {groups.Count - MaxShown} more: -o json has all of them" : null;

    /// <summary>Whether the two allow the same.</summary>
    public bool IsEmpty => Opened.IsEmpty && Closed.IsEmpty && MayOpen.IsEmpty && MayClose.IsEmpty;

    /// <summary>Compares two states.</summary>
    public static ClusterDifference Between(LoadedCluster old, LoadedCluster now)
    {
        var (before, after) = (ConnectivityAnalysis.From(old.Snapshot), ConnectivityAnalysis.From(now.Snapshot));
        var difference = ConnectivityDifference.Between(before, after);
        return new(
            new ChangeGrouping(after.Ends).Group(difference.Opened),
            new ChangeGrouping(before.Ends).Group(difference.Closed),
            new ChangeGrouping(after.Ends).Group(difference.MayOpen),
            new ChangeGrouping(before.Ends).Group(difference.MayClose),
            [.. difference.Added.Select(end => end.ToString())],
            [.. difference.Removed.Select(end => end.ToString())]
        );
    }

    /// <summary>The sum, in a sentence.</summary>
    public string Summary =>
        IsEmpty ? "The same connections are allowed."
        : MayOpen.IsEmpty && MayClose.IsEmpty ? $"Opened: {Opened.Length}. Closed: {Closed.Length}."
        : $"Opened: {Opened.Length}. Closed: {Closed.Length}. {Unsure}: {MayOpen.Length + MayClose.Length}.";

    /// <summary>What decides about those that may open or close.</summary>
    public const string Unsure = "Depends on where pods get their addresses";
}
