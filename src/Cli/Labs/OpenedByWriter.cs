using Palisade.Lab.Reachability;
using Palisade.Policy;
using Palisade.Policy.Evaluation;
using Spectre.Console;

namespace Palisade.Cli.Labs;

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
