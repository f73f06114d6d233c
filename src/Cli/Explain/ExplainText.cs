using System.Globalization;
using Palisade.Policy;
using Palisade.Policy.Evaluation;
using Spectre.Console;

namespace Palisade.Cli.Explain;

/// <summary>Writes for people what decides a connection.</summary>
internal sealed class ExplainText(IAnsiConsole output, Connection connection, PolicyOrigins origins)
{
    private const int Indent = 2;

    /// <summary>Writes it.</summary>
    public void Write(IReadOnlyList<ConnectionExplanation> explanations)
    {
        foreach (var explanation in explanations)
        {
            var over = explanations.Count > 1 ? $" over {string.Join(" and ", explanation.Families)}" : "";
            var verdict = explanation.Verdict.Allowed ? "[green]allowed[/]" : "[red]denied[/]";
            Line(0, $"[bold]{Name(connection.Source)} to {Name(connection.Destination)}, {Port()}{over}: {verdict}[/]");
            if (explanation.Verdict.Reason != VerdictReason.Policies)
            {
                Line(Indent, ReasonText.Of(explanation.Verdict.Reason));
                continue;
            }
            WriteDirection(explanation, Directions.Egress, connection.Source);
            WriteDirection(explanation, Directions.Ingress, connection.Destination);
        }
    }

    private void WriteDirection(ConnectionExplanation explanation, string direction, TrafficEnd subject)
    {
        var verdict = explanation.Of(direction);
        var way = direction == Directions.Egress ? $"out of {Name(subject)}" : $"into {Name(subject)}";
        if (!verdict.IsIsolated)
        {
            Line(Indent, $"{way}: [green]open[/], no policy isolates it");
            return;
        }
        Line(Indent, $"{way}: {(verdict.Allows ? "[green]allowed[/]" : "[red]denied[/]")}");
        foreach (var policy in verdict.IsolatedBy.Select(origins.Of).Distinct())
        {
            Line(2 * Indent, $"isolated by {Escaped(policy)}");
        }
        foreach (var rule in verdict.AllowedBy.Select(origins.Of).Distinct())
        {
            Line(2 * Indent, $"[green]allowed by[/] {Escaped(rule)}");
        }
        if (!verdict.Allows)
        {
            WriteMisses(explanation, direction);
        }
    }

    private void WriteMisses(ConnectionExplanation explanation, string direction)
    {
        var misses = explanation.MissesOf(direction).ToList();
        foreach (var (rule, matchesPeer) in misses.Select(miss => (origins.Of(miss), miss.MatchesPeer)).Distinct())
        {
            var why = matchesPeer
                ? "is not for this port"
                : $"is not for {(direction == Directions.Egress ? "this destination" : "this source")}";
            Line(2 * Indent, $"[red]not allowed by[/] {Escaped(rule)}: {why}");
        }
        foreach (var policy in explanation.Of(direction).IsolatedBy.Except(misses.Select(miss => miss.Policy)))
        {
            Line(2 * Indent, $"[red]not allowed by[/] {Escaped(origins.Of(policy))}: has no rule for this direction");
        }
    }

    private string Port() => string.Create(CultureInfo.InvariantCulture, $"{connection.Protocol} {connection.Port}");

    private static string Name(TrafficEnd end) => Markup.Escape(end.ToString());

    private static string Escaped(PolicyOrigin origin) => $"{Markup.Escape(origin.Title)}[grey]{Markup.Escape(origin.Place)}[/]";

    private void Line(int indent, string markup) => output.Write(new Padder(new Markup(markup), new Padding(indent, 0, 0, 0)));
}
