using System.Globalization;
using System.Text.Json.Nodes;
using Palisade.Cli.Output;
using Spectre.Console;

namespace Palisade.Cli.Status;

/// <summary>Writes the status as human-readable text.</summary>
internal static class StatusText
{
    /// <summary>Writes it.</summary>
    public static void Write(ClusterStatus status, IAnsiConsole output)
    {
        WriteResources(status, output);
        foreach (var resource in status.Resources.Where(resource => resource.Message is not null))
        {
            Detail(output, 0, $"{resource.Kind} {resource.Name}: {resource.Message}");
            foreach (var failure in resource.Failures)
            {
                Detail(output, 2, $"{failure.Namespace}: {failure.Reason}: {failure.Message}");
            }
        }
        WriteAgents(status.Agents, output);
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

    private static void WriteAgents(AgentStatus agents, IAnsiConsole output)
    {
        output.WriteLine(
            agents switch
            {
                { Wanted: 0, OutOfSync.IsEmpty: true } => "no agents: the CNI plugin enforces the policies",
                { IsWell: true } => $"{Quantity.Format(agents.InSync, "agent", "agents")}, all in sync",
                _ => $"{agents.InSync} of {Quantity.Format(agents.Wanted, "agent", "agents")} in sync",
            }
        );
        foreach (var (node, pod, reason, message) in agents.OutOfSync)
        {
            Detail(output, 2, string.Join(": ", new[] { node ?? pod, reason, message }.Where(text => !string.IsNullOrEmpty(text))));
        }
    }

    private static void Detail(IAnsiConsole output, int indent, string text) =>
        output.Write(new Padder(new Text(text), new Padding(indent, 0, 0, 0)));

    private static string Number(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "-";
}

internal static class StatusJson
{
    /// <summary>Makes the document.</summary>
    public static JsonObject From(ClusterStatus status) =>
        new()
        {
            ["well"] = status.IsWell,
            ["resources"] = new JsonArray([.. status.Resources.Select(From)]),
            ["agents"] = new JsonObject
            {
                ["wanted"] = status.Agents.Wanted,
                ["inSync"] = status.Agents.InSync,
                ["outOfSync"] = new JsonArray([.. status.Agents.OutOfSync.Select(From)]),
            },
        };

    private static JsonObject From(AgentTrouble trouble) =>
        new JsonObject
        {
            ["node"] = trouble.Node,
            ["pod"] = trouble.Pod,
            ["reason"] = trouble.Reason,
            ["message"] = trouble.Message,
        }.WithoutNulls();

    private static JsonObject From(ResourceStatus resource) =>
        new JsonObject
        {
            ["kind"] = resource.Kind,
            ["name"] = resource.Name,
            ["ready"] = resource.IsReady,
            ["state"] = resource.State,
            ["message"] = resource.Message,
            ["matched"] = resource.Namespaces?.Matched,
            ["upToDate"] = resource.Namespaces?.UpToDate,
            ["failed"] = resource.Namespaces?.Failed,
            ["failures"] = new JsonArray([
                .. resource.Failures.Select(failure => new JsonObject
                {
                    ["namespace"] = failure.Namespace,
                    ["reason"] = failure.Reason,
                    ["message"] = failure.Message,
                }),
            ]),
        }.WithoutNulls();
}
