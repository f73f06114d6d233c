using System.Globalization;
using Palisade.Lab.Probes;
using Palisade.Lab.Reachability;
using Palisade.Policy;
using Palisade.Policy.Evaluation;
using Spectre.Console;

namespace Palisade.Cli.Labs;

/// <summary>Holds what was measured against what the policies say.</summary>
internal sealed class ComparisonWriter(IAnsiConsole console)
{
    /// <summary>Writes how many connections were tried, and each that differs.</summary>
    /// <returns>Whether none differs.</returns>
    public bool Write(
        IReadOnlyDictionary<ReachabilityPath, ProbeResult> measured,
        IReadOnlyDictionary<ReachabilityPath, Verdict> verdicts,
        TimeSpan took
    )
    {
        // An answer from somebody else than the one asked is no connection to him.
        var different = measured
            .Where(item =>
                item.Value.IsOpen != verdicts[item.Key].Allowed || (item.Value.IsOpen && item.Value.AnsweredBy != item.Key.To.Name)
            )
            .ToList();
        var open = measured.Count(item => item.Value.IsOpen);
        console.WriteLine();
        console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{measured.Count} connections tried in {took.TotalMilliseconds:0} ms: {open} open, {measured.Count - open} not."
            )
        );
        if (different.Count == 0)
        {
            console.MarkupLine("[green]The kernel lets through exactly what the policies say.[/]");
            return true;
        }
        console.MarkupLine($"[red]Not as the policies say ({different.Count}):[/]");
        foreach (var (path, result) in different)
        {
            var answer = result.AnsweredBy is { } name ? $", answered by {name}" : "";
            console.WriteLine($"  {path}: {result.Outcome}{answer}; should be {(verdicts[path].Allowed ? "open" : "refused")}");
        }
        return false;
    }
}

/// <summary>Writes which connections to or from isolated pods are open, and what opened them, at each end.</summary>
internal sealed class OpenedByWriter(IAnsiConsole console, ClusterSnapshot snapshot)
{
    private readonly Dictionary<PolicyReference, string> _owners = snapshot.Policies.ToDictionary(
        policy => new PolicyReference(policy.Namespace, policy.Name),
        policy => policy.StampedBy?.Name ?? policy.ToString()
    );

    /// <summary>Writes them.</summary>
    public void Write(IReadOnlyDictionary<ReachabilityPath, Verdict> verdicts)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = true };
        foreach (var heading in (string[])["from", "to", "port", "let out by", "let in by"])
        {
            table.AddColumn(new TableColumn($"[grey]{heading}[/]") { Padding = new Padding(0, 0, 2, 0), NoWrap = heading != "let in by" });
        }
        var rows = verdicts
            .Where(item => item.Value.Allowed && (item.Value.Egress.IsIsolated || item.Value.Ingress.IsIsolated))
            .GroupBy(
                item => (item.Key.From, item.Key.To, Egress: Name(item.Value.Egress), Ingress: Name(item.Value.Ingress)),
                item => item.Key.Port
            )
            .ToList();
        if (rows.Count == 0)
        {
            console.WriteLine("nothing");
            return;
        }
        foreach (var row in rows)
        {
            var (from, to, egress, ingress) = row.Key;
            var ports = string.Join(' ', row.Distinct());
            table.AddRow([.. new[] { from.Name, to.Name, ports, egress, ingress }.Select(Markup.Escape)]);
        }
        console.Write(table);
    }

    private string Name(DirectionVerdict direction) =>
        direction.IsIsolated
            ? string.Join(", ", direction.AllowedBy.Select(rule => _owners[rule.Policy]).Distinct(StringComparer.Ordinal))
            : "-";
}
