using System.CommandLine;
using Palisade.Cli.Input;
using Palisade.Cli.Output;
using Palisade.Policy.Evaluation;

namespace Palisade.Cli.Explain;

/// <summary><c>explain</c>: says whether a connection passes, and what decides it.</summary>
internal static class ExplainCommand
{
    private const string Description = """
        Say whether a connection is allowed, and why: for each direction which policies isolate the pod, and which rule of which file
        allows the connection, or why none does.

        A Service, by name or address, stands for the pods behind it on their target ports, as policies see it. Where pods have no
        addresses in the manifests and policies have blocks of addresses, both outcomes are told.

        Exit code: 0 when it is allowed, 1 when it is denied or depends on what is not known, 2 for bad input.
        """;

    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        const string Line = "kubectl palisade explain -f config/samples/shop --from acme-web/frontend --to acme-data/db:5432";
        var command = new Command("explain", HelpText.Format(Description, Line));
        var from = new Option<string>("--from")
        {
            Description =
                "Who connects: a pod as namespace/name (of a workload the first pod; deploy/name where the kind matters), or an address.",
            HelpName = "POD|IP",
            Required = true,
        };
        var to = new Option<string>("--to")
        {
            Description =
                "To whom: a pod, Service or address with a port, by number or name, and a protocol if it is not TCP: shop/dns:53/udp.",
            HelpName = "POD:PORT|IP:PORT",
            Required = true,
        };
        command.Options.Add(from);
        command.Options.Add(to);
        var input = InputOptions.AddTo(command);
        var output = OutputFormat.CreateOption(OutputFormat.Table, OutputFormat.Json);
        command.Options.Add(output);
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var selection = input.Read(parsed);
                if (await LoadedCluster.LoadAsync(selection, console, cancellationToken) is not { } cluster)
                {
                    return ExitCode.Usage;
                }
                var ends = new EndArgument(cluster, NamespaceOf(selection));
                var (source, problem) = ends.ReadSource(parsed.GetRequiredValue(from));
                var (destination, otherProblem) = ends.ReadDestination(parsed.GetRequiredValue(to));
                if (source is null || destination is null)
                {
                    await console.Error.WriteLineAsync(
                        $"kubectl palisade: {(source is null ? $"--from: {problem}" : $"--to: {otherProblem}")}"
                    );
                    return ExitCode.Usage;
                }
                if (destination.Hint is { } hint)
                {
                    await console.Error.WriteLineAsync($"note: --to: {hint}");
                }
                var explainer = new ConnectionExplainer(cluster.Snapshot);
                var explained = destination
                    .Targets.Select(target => new Connection(source, target.End, destination.Protocol, target.Port))
                    .Select(connection => new ExplainedConnection(connection, explainer.Explain(connection)))
                    .ToList();
                if (FindUnsettling(cluster, ends.Pods, explained) is { } unsettling)
                {
                    await console.Error.WriteLineAsync(unsettling);
                    return ExitCode.Usage;
                }
                Write(cluster, destination.Service, explained, parsed.GetRequiredValue(output), console);
                return explained.TrueForAll(connection => connection.IsAllowed) ? ExitCode.Clean : ExitCode.Findings;
            }
        );
        return command;
    }

    /// <summary>Where a pod is looked for whose namespace is not given: as kubectl does.</summary>
    private static string NamespaceOf(InputSelection selection) =>
        selection.Namespace ?? (selection.IsLive ? LiveCluster.NamespaceOf(selection) : "default");

    /// <summary>Says which object that is left out the answer hangs on; null when it hangs on none.</summary>
    private static string? FindUnsettling(LoadedCluster cluster, PodFinder pods, List<ExplainedConnection> explained)
    {
        foreach (var (connection, explanations) in explained)
        {
            var (source, destination) = (pods.PodOf(connection.Source), pods.PodOf(connection.Destination));
            var unsettling = explanations
                .SelectMany(explanation => cluster.LeftOut.Unsettling(cluster.Snapshot, source, destination, explanation.Verdict))
                .Select(item => item.Reference)
                .Distinct(StringComparer.Ordinal)
                .ToList();
            if (unsettling.Count > 0)
            {
                return $"kubectl palisade: whether {connection.Source} may connect to {connection.Destination} cannot be said: "
                    + $"it hangs on {string.Join(", ", unsettling)}, which must be fixed first";
            }
        }
        return null;
    }

    private static void Write(
        LoadedCluster cluster,
        ServiceBackends? service,
        List<ExplainedConnection> explained,
        string format,
        CliConsole console
    )
    {
        var origins = new PolicyOrigins(cluster);
        if (format == OutputFormat.Json)
        {
            JsonOutput.Write(console.Plain, ExplainJson.From(service, explained, origins));
        }
        else
        {
            new ExplainText(console.Output, origins).Write(service, explained);
        }
    }
}
