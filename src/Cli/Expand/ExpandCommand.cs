using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Palisade.Cli.Input;
using Palisade.Cli.Output;
using Palisade.Policy.Expansion;
using Spectre.Console;

namespace Palisade.Cli.Expand;

/// <summary><c>expand</c>: shows what custom resources stamp where.</summary>
internal static class ExpandCommand
{
    private const string Description = """
        Show the NetworkPolicies that ClusterNetworkPolicies and DefaultDenyProfiles stamp into namespaces. With --diff, what the
        operator would create, change and remove in a live cluster if the given custom resources were applied.

        Exit code: 0; with --diff 1 when anything differs; 2 for bad input.
        """;

    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        var command = new Command("expand", HelpText.Format(Description, "kubectl palisade expand -f config/samples/shop"));
        var input = InputOptions.AddTo(command);
        var output = OutputFormat.CreateOption(OutputFormat.Table, OutputFormat.Yaml, OutputFormat.Json);
        var diff = new Option<bool>("--diff") { Description = "Compare with a live cluster, of which the namespaces and nodes are taken." };
        command.Options.Add(output);
        command.Options.Add(diff);
        command.SetAction(
            (parsed, cancellationToken) =>
            {
                var (selection, format) = (input.Read(parsed), parsed.GetRequiredValue(output));
                return parsed.GetValue(diff)
                    ? CompareAsync(selection, format, console, cancellationToken)
                    : ExpandAsync(selection, format, console, cancellationToken);
            }
        );
        return command;
    }

    private static async Task<int> ExpandAsync(
        InputSelection selection,
        string format,
        CliConsole console,
        CancellationToken cancellationToken
    )
    {
        if (
            await LoadedCluster.LoadAsync(selection, LoadPurpose.Expansion, console, cancellationToken) is not { } cluster
            || await IsAnyLeftOutAsync(cluster.LeftOut, console)
        )
        {
            return ExitCode.Usage;
        }
        if (cluster.Expansion.Synthetic.Length > 0 && format != OutputFormat.Table)
        {
            await console.Error.WriteLineAsync(
                "kubectl palisade: nobody is to apply an address that was made up: add what "
                    + "'kubectl get -n default service,endpoints kubernetes -o yaml' prints"
            );
            return ExitCode.Usage;
        }
        var only = selection.AllNamespaces ? null : selection.Namespace;
        var stamped = cluster
            .Expansion.Stamped.Where(item => only is null || item.Policy.Metadata.NamespaceProperty == only)
            .OrderBy(item => item.Policy.Metadata.NamespaceProperty, StringComparer.Ordinal)
            .ThenBy(item => item.Policy.Metadata.Name, StringComparer.Ordinal)
            .ToList();
        switch (format)
        {
            case OutputFormat.Json:
                var list = new JsonArray([.. stamped.Select(item => ToJson(item.Policy))]);
                JsonOutput.Write(
                    console.Plain,
                    new JsonObject
                    {
                        ["apiVersion"] = "v1",
                        ["kind"] = "List",
                        ["items"] = list,
                    }
                );
                break;
            case OutputFormat.Yaml:
                stamped.ForEach(item => YamlOutput.Write(console.Plain, ToJson(item.Policy)));
                break;
            default:
                WriteTable(stamped, console.Output);
                break;
        }
        return ExitCode.Clean;
    }

    private static async Task<int> CompareAsync(
        InputSelection selection,
        string format,
        CliConsole console,
        CancellationToken cancellationToken
    )
    {
        var mistake =
            selection.IsLive ? "--diff compares files with a live cluster: give the files by -f"
            : format == OutputFormat.Yaml ? "--diff is written as table or json"
            : null;
        if (mistake is not null)
        {
            await console.Error.WriteLineAsync($"kubectl palisade: {mistake}");
            return ExitCode.Usage;
        }
        var live = await LiveCluster.ReadAsync(selection, cancellationToken);
        foreach (var error in live.Errors)
        {
            await console.Error.WriteLineAsync(error.ToString());
        }
        if (
            live.Errors.Count > 0
            || await ManifestInput.ReadAsync(selection, console, cancellationToken) is not { } files
            || await IsAnyLeftOutAsync(files.LeftOut, console)
        )
        {
            return ExitCode.Usage;
        }
        var (changes, warnings) = StampChanges.Between(files.Manifests, live);
        foreach (var warning in warnings)
        {
            await console.Error.WriteLineAsync($"warning: {warning}");
        }
        if (format == OutputFormat.Json)
        {
            JsonOutput.Write(console.Plain, new JsonArray([.. changes.Select(change => change.ToJson())]));
        }
        else
        {
            WriteChanges(changes, console.Output);
        }
        return changes.Count == 0 ? ExitCode.Clean : ExitCode.Findings;
    }

    /// <summary>Says which custom resources are left out: nobody can say what these stamp.</summary>
    private static async Task<bool> IsAnyLeftOutAsync(LeftOut leftOut, CliConsole console)
    {
        var resources = leftOut.Objects.Where(item => item.Stamps).ToList();
        if (resources.Count > 0)
        {
            var names = string.Join(", ", resources.Select(item => item.Reference));
            await console.Error.WriteLineAsync($"kubectl palisade: what is stamped cannot be said: {names} must be fixed first");
        }
        return resources.Count > 0;
    }

    private static JsonNode ToJson(V1NetworkPolicy policy)
    {
        var document = JsonSerializer.SerializeToNode(policy, ModelsJson.Contract<V1NetworkPolicy>())!;
        if (PolicyNames.OwnerOf(policy) is { Uid: "" })
        {
            // Files do not know the uid of the owner; the API server takes no owner without one.
            document["metadata"]!.AsObject().Remove("ownerReferences");
        }
        return document;
    }

    private static void WriteTable(List<StampedPolicy> stamped, IAnsiConsole output)
    {
        if (stamped.Count > 0)
        {
            var table = new Table { Border = TableBorder.None };
            foreach (var heading in (string[])["namespace", "NetworkPolicy", "stamped by"])
            {
                table.AddColumn(new TableColumn($"[grey]{heading}[/]") { Padding = new Padding(0, 0, 2, 0) });
            }
            foreach (var (owner, policy, _, _) in stamped)
            {
                var cells = new[] { policy.Metadata.NamespaceProperty!, policy.Metadata.Name, $"{owner.Kind} {owner.Metadata.Name}" };
                table.AddRow([.. cells.Select(Markup.Escape)]);
            }
            output.Write(table);
        }
        var namespaces = stamped.Select(item => item.Policy.Metadata.NamespaceProperty).Distinct(StringComparer.Ordinal).Count();
        output.WriteLine(
            $"{Quantity.Format(stamped.Count, "NetworkPolicy", "NetworkPolicies")} in {Quantity.Format(namespaces, "namespace", "namespaces")}"
        );
    }

    private static void WriteChanges(IReadOnlyList<StampChange> changes, IAnsiConsole output)
    {
        foreach (var change in changes)
        {
            var fields = change.Fields.Count == 0 ? "" : $": {string.Join(", ", change.Fields)}";
            output.MarkupLine($"[{change.Colour}]{change.Verb, -8}[/] {Markup.Escape($"{change.Policy} ({change.Owner}){fields}")}");
        }
        output.WriteLine(
            changes.Count == 0 ? "The cluster has what would be stamped." : Quantity.Format(changes.Count, "difference", "differences")
        );
    }
}
