using System.Globalization;
using Palisade.Cli.Input;
using Palisade.Cli.Output;
using Palisade.Policy;
using Palisade.Policy.Evaluation;
using Spectre.Console;

namespace Palisade.Cli.Explain;

/// <summary>Writes, human-readable, what decides connections.</summary>
internal sealed class ExplainText(IAnsiConsole output, PolicyOrigins origins)
{
    private const int Indent = 2;

    /// <summary>Writes it; of the pods behind a Service those together for which it is the same.</summary>
    /// <param name="service">The Service that was named; null for a pod or an address.</param>
    /// <param name="explained">The connection; behind a Service one to each of its pods.</param>
    public void Write(ServiceBackends? service, IReadOnlyList<ExplainedConnection> explained)
    {
        if (service is not null)
        {
            var ports = string.Join(", ", service.Targets.Select(target => target.Port).Distinct());
            var areNamed = service.Targets.All(target => target.End.Name is not null);
            var count = areNamed
                ? Quantity.Format(service.Targets.Length, "pod", "pods")
                : Quantity.Format(service.Targets.Length, "address", "addresses");
            Line(0, Markup.Escape($"Service {service.Service} port {service.Port}: {count} behind it, port {ports}; policies see these"));
        }
        var groups = new List<(ExplainedConnection First, int Others)>();
        foreach (var connection in explained)
        {
            var alike = groups.FindIndex(group => group.First.IsLike(connection));
            if (alike < 0)
            {
                groups.Add((connection, 0));
            }
            else
            {
                groups[alike] = (groups[alike].First, groups[alike].Others + 1);
            }
        }
        groups.ForEach(group => Write(group.First, group.Others));
    }

    private void Write(ExplainedConnection explained, int others)
    {
        var (connection, explanations) = explained;
        var also = others == 0 ? "" : $" and {Quantity.Format(others, "other", "others")} behind the Service";
        foreach (var explanation in explanations)
        {
            var over = explanations.Length > 1 ? $" over {string.Join(" and ", explanation.Families)}" : "";
            var verdict =
                explanation.Depends ? $"[yellow]depends on {explanation.Condition}[/]"
                : explanation.Verdict.Allowed ? "[green]allowed[/]"
                : "[red]denied[/]";
            Line(0, $"[bold]{Name(connection.Source)} to {Name(connection.Destination)}{also}, {Port(connection)}{over}: {verdict}[/]");
            if (explanation.Depends && explanation.Most.Reason != VerdictReason.Policies)
            {
                Line(Indent, $"if it is the pod's own: {ReasonText.Format(explanation.Most.Reason)}; else:");
            }
            if (explanation.Verdict.Reason != VerdictReason.Policies)
            {
                Line(Indent, ReasonText.Format(explanation.Verdict.Reason));
                continue;
            }
            WriteDirection(explanation, Directions.Egress, connection.Source, connection.Destination);
            WriteDirection(explanation, Directions.Ingress, connection.Destination, connection.Source);
        }
    }

    private void WriteDirection(ConnectionExplanation explanation, string direction, TrafficEnd subject, TrafficEnd other)
    {
        var (verdict, most) = (explanation.For(direction), explanation.MostFor(direction));
        var way = direction == Directions.Egress ? $"out of {Name(subject)}" : $"into {Name(subject)}";
        if (!verdict.IsIsolated)
        {
            Line(Indent, $"{way}: [green]open[/], no policy isolates it");
            return;
        }
        var isUnsure = verdict.Allows != most.Allows;
        var outcome =
            isUnsure ? "[yellow]depends on where pods get their addresses[/]"
            : verdict.Allows ? "[green]allowed[/]"
            : "[red]denied[/]";
        Line(Indent, $"{way}: {outcome}");
        foreach (var policy in verdict.IsolatedBy.Select(origins.Find).Distinct())
        {
            Line(2 * Indent, $"isolated by {Escaped(policy)}");
        }
        foreach (var rule in (isUnsure ? most : verdict).AllowedBy.Select(origins.Find).Distinct())
        {
            var condition = isUnsure ? $" if {Name(other)} gets an address of its block, else denied" : "";
            Line(2 * Indent, $"[green]allowed by[/] {Escaped(rule)}{condition}");
        }
        if (!verdict.Allows && !isUnsure)
        {
            WriteMisses(explanation, direction);
        }
    }

    private void WriteMisses(ConnectionExplanation explanation, string direction)
    {
        var misses = explanation.MissesOf(direction).ToList();
        foreach (var (rule, matchesPeer) in misses.Select(miss => (origins.Find(miss), miss.MatchesPeer)).Distinct())
        {
            var why = matchesPeer
                ? "is not for this port"
                : $"is not for {(direction == Directions.Egress ? "this destination" : "this source")}";
            Line(2 * Indent, $"[red]not allowed by[/] {Escaped(rule)}: {why}");
        }
        foreach (var policy in explanation.For(direction).IsolatedBy.Except(misses.Select(miss => miss.Policy)))
        {
            Line(2 * Indent, $"[red]not allowed by[/] {Escaped(origins.Find(policy))}: has no rule for this direction");
        }
    }

    private static string Port(Connection connection) =>
        string.Create(CultureInfo.InvariantCulture, $"{connection.Protocol} {connection.Port}");

    private static string Name(TrafficEnd end) => Markup.Escape(end.ToString());

    private static string Escaped(PolicyOrigin origin) => $"{Markup.Escape(origin.Title)}[grey]{Markup.Escape(origin.Place)}[/]";

    private void Line(int indent, string markup) => output.Write(new Padder(new Markup(markup), new Padding(indent, 0, 0, 0)));
}

/// <summary>What decided where no policy did, in words.</summary>
internal static class ReasonText
{
    /// <summary>The sentence.</summary>
    public static string Format(VerdictReason reason) =>
        reason switch
        {
            VerdictReason.SamePod => "a pod may always speak to itself",
            VerdictReason.OwnNode => "a pod and its own node may always speak to each other (kubelet probes)",
            VerdictReason.NoSuchPod => "there is no such pod",
            VerdictReason.NoAddress => "the pod has no address yet, or has finished",
            VerdictReason.NoCommonFamily => "the two have no address family in common",
            _ => "policies",
        };
}
