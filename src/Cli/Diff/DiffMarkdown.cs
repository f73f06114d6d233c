namespace Palisade.Cli.Diff;

/// <summary>Writes a difference as Markdown, for a comment on a pull request.</summary>
internal static class DiffMarkdown
{
    /// <summary>Writes it.</summary>
    public static void Write(ClusterDifference difference, TextWriter output)
    {
        output.Write($"### Network policy\n\n{difference.Summary}\n");
        WriteTable(difference.Opened, "Opened", output);
        WriteTable(difference.Closed, "Closed", output);
        WriteTable(difference.MayOpen, "May open, depending on where pods get their addresses", output);
        WriteTable(difference.MayClose, "May close, depending on where pods get their addresses", output);
        WriteWorkloads(difference.Added, "New workloads", output);
        WriteWorkloads(difference.Removed, "Workloads that are gone", output);
    }

    private static void WriteTable(IReadOnlyCollection<ChangeGroup> groups, string title, TextWriter output)
    {
        if (groups.Count == 0)
        {
            return;
        }
        output.Write($"\n#### {title}\n\n| from | to | ports |\n|---|---|---|\n");
        foreach (var group in groups.Take(ClusterDifference.MaxShown))
        {
            output.Write($"| {Cell(group.From)} | {Cell(group.To)} | {Cell(group.Ports)} |\n");
        }
        if (ClusterDifference.RestOf(groups) is { } rest)
        {
            output.Write($"\n... {rest}\n");
        }
    }

    private static void WriteWorkloads(IReadOnlyCollection<string> names, string title, TextWriter output)
    {
        if (names.Count > 0)
        {
            output.Write($"\n{title}: {string.Join(", ", names.Select(name => $"`{name}`"))}\n");
        }
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
