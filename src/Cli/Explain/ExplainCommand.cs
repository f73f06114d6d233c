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

        Exit code: 0 when it is allowed, 1 when it is denied, 2 for bad input.
        """;

    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        const string Line = "kubectl palisade explain -f config/samples/shop --from acme-web/frontend --to acme-data/db:5432";
        var command = new Command("explain", HelpText.Of(Description, Line));
        var from = new Option<string>("--from")
        {
            Description = "Who connects: a pod as namespace/name (of a workload the first pod), or an address.",
            HelpName = "POD|IP",
            Required = true,
        };
        var to = new Option<string>("--to")
        {
            Description = "To whom: a pod or an address with a port, by number or name, and a protocol if it is not TCP: shop/dns:53/udp.",
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
                var ends = new EndArgument(cluster.Snapshot, NamespaceOf(selection));
                var (source, problem) = ends.ReadEnd(parsed.GetRequiredValue(from));
                var (destination, protocol, port, otherProblem) = ends.ReadDestination(parsed.GetRequiredValue(to));
                if (source is null || destination is null)
                {
                    await console.Error.WriteLineAsync(
                        $"kubectl palisade: {(source is null ? $"--from: {problem}" : $"--to: {otherProblem}")}"
                    );
                    return ExitCode.Usage;
                }
                return Explain(cluster, new(source, destination, protocol, port), parsed.GetRequiredValue(output), console);
            }
        );
        return command;
    }

    /// <summary>Where a pod is looked for whose namespace is not given: as kubectl does.</summary>
    private static string NamespaceOf(InputSelection selection) =>
        selection.Namespace ?? (selection.IsLive ? LiveCluster.NamespaceOf(selection) : "default");

    private static int Explain(LoadedCluster cluster, Connection connection, string format, CliConsole console)
    {
        var explanations = ConnectionExplanation.Of(new VerdictEvaluator(cluster.Snapshot), connection);
        var origins = new PolicyOrigins(cluster);
        if (format == OutputFormat.Json)
        {
            JsonOutput.Write(console.Plain, ExplainJson.Of(connection, explanations, origins));
        }
        else
        {
            new ExplainText(console.Output, connection, origins).Write(explanations);
        }
        return explanations.All(explanation => explanation.Verdict.Allowed) ? ExitCode.Clean : ExitCode.Findings;
    }
}
