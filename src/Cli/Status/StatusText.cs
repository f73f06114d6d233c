using System.Globalization;
using Spectre.Console;

namespace Palisade.Cli.Status;

/// <summary>Writes the status for people.</summary>
internal static class StatusText
{
    /// <summary>Writes it.</summary>
    public static void Write(ClusterStatus status, IAnsiConsole output)
    {
        WriteResources(status, output);
        foreach (var resource in status.Resources.Where(resource => !resource.IsReady))
        {
            Detail(output, 0, $"{resource.Kind} {resource.Name}: {resource.Message}");
            foreach (var failure in resource.Failures)
            {
                Detail(output, 2, $"{failure.Namespace}: {failure.Reason}: {failure.Message}");
            }
        }
        output.WriteLine(AgentLine(status));
    }

    private static void WriteResources(ClusterStatus status, IAnsiConsole output)
    {
        if (status.Resources.IsEmpty)
        {
            output.WriteLine("no custom resources");
            return;
        }
        var table = new Table { Border = TableBorder.None };
        foreach (var heading in (string[])["kind", "name", "state", "namespaces", "up to date"])
        {
            table.AddColumn(new TableColumn($"[grey]{heading}[/]") { Padding = new Padding(0, 0, 2, 0) });
        }
        foreach (var resource in status.Resources)
        {
            table.AddRow(
                resource.Kind,
                Markup.Escape(resource.Name),
                $"[{(resource.IsReady ? "green" : "red")}]{Markup.Escape(resource.State)}[/]",
                Number(resource.Namespaces?.Matched),
                Number(resource.Namespaces?.UpToDate)
            );
        }
        output.Write(table);
    }

    private static string AgentLine(ClusterStatus status) =>
        status switch
        {
            { Agents: 0 } => "no agents: the CNI plugin enforces the policies",
            { AgentsInSync: var inSync, Agents: var all } when inSync < all =>
                $"{all - inSync} of {all} agents are not in sync: kubectl get pods -A -l app.kubernetes.io/name=palisade-agent -o wide",
            _ => $"{status.Agents} agents, all in sync",
        };

    private static void Detail(IAnsiConsole output, int indent, string text) =>
        output.Write(new Padder(new Text(text), new Padding(indent, 0, 0, 0)));

    private static string Number(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "-";
}
