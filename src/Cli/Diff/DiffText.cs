using System.Text;
using System.Text.Json.Nodes;
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

/// <summary>Writes a difference as Markdown, for a comment on a pull request.</summary>
internal static class DiffMarkdown
{
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

/// <summary>A difference as JSON.</summary>
internal static class DiffJson
{
    /// <summary>Makes the document.</summary>
    public static JsonObject From(ClusterDifference difference) =>
        new()
        {
            ["opened"] = new JsonArray([.. difference.Opened.Select(From)]),
            ["closed"] = new JsonArray([.. difference.Closed.Select(From)]),
            ["mayOpen"] = new JsonArray([.. difference.MayOpen.Select(From)]),
            ["mayClose"] = new JsonArray([.. difference.MayClose.Select(From)]),
            ["addedWorkloads"] = new JsonArray([.. difference.Added.Select(name => JsonValue.Create(name))]),
            ["removedWorkloads"] = new JsonArray([.. difference.Removed.Select(name => JsonValue.Create(name))]),
        };

    private static JsonObject From(ChangeGroup group) =>
        new()
        {
            ["from"] = group.From,
            ["to"] = group.To,
            ["ports"] = group.Ports,
        };
}

/// <summary>Passes on what is written, but each whole line once: both sides of a comparison say the same of what they have in common.</summary>
internal sealed class DistinctLineWriter(TextWriter inner) : TextWriter
{
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => inner.Write(value);

    /// <inheritdoc/>
    public override void Write(string? value) => inner.Write(value);

    /// <inheritdoc/>
    public override Task WriteLineAsync(string? value) => _written.Add(value ?? "") ? inner.WriteLineAsync(value) : Task.CompletedTask;

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();
}
