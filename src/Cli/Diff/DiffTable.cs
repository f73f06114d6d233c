using Spectre.Console;

namespace Palisade.Cli.Diff;

/// <summary>Writes a difference as human-readable text.</summary>
internal static class DiffTable
{
    /// <summary>Writes it, and the sum.</summary>
    public static void Write(ClusterDifference difference, IAnsiConsole output)
    {
        var table = new Table { Border = TableBorder.None };
        foreach (var heading in (string[])["", "from", "to", "ports"])
        {
            table.AddColumn(new TableColumn($"[grey]{heading}[/]") { Padding = new Padding(0, 0, heading.Length == 0 ? 1 : 2, 0) });
        }
        AddRows(table, difference.Opened, "[red]+[/]");
        AddRows(table, difference.Closed, "[green]-[/]");
        AddRows(table, difference.MayOpen, "[yellow]+?[/]");
        AddRows(table, difference.MayClose, "[yellow]-?[/]");
        if (!difference.IsEmpty)
        {
            output.Write(table);
        }
        WriteWorkloads(output, "New workloads", difference.Added);
        WriteWorkloads(output, "Workloads that are gone", difference.Removed);
        output.WriteLine(difference.Summary);
    }

    private static void AddRows(Table table, IReadOnlyCollection<ChangeGroup> groups, string mark)
    {
        foreach (var group in groups.Take(ClusterDifference.MaxShown))
        {
            table.AddRow(mark, Markup.Escape(group.From), Markup.Escape(group.To), Markup.Escape(group.Ports));
        }
        if (ClusterDifference.RestOf(groups) is { } rest)
        {
            table.AddRow(mark, rest, "", "");
        }
    }

    private static void WriteWorkloads(IAnsiConsole output, string title, IReadOnlyCollection<string> names)
    {
        if (names.Count > 0)
        {
            output.WriteLine($"{title}: {string.Join(", ", names)}");
        }
    }
}
