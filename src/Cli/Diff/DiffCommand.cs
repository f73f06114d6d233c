using System.CommandLine;
using Palisade.Cli.Input;
using Palisade.Cli.Output;

namespace Palisade.Cli.Diff;

/// <summary><c>diff</c>: shows which connections a change of manifests opens and closes.</summary>
internal static class DiffCommand
{
    private const string Description = """
        Show which connections a change opens and closes: between two directories or files of manifests, each with policies and workloads. What
        both have in common can be given by -f.

        Where pods have no addresses in the manifests and policies have blocks of addresses, what may open or close is marked so.

        Exit code: 0 when nothing opens, 1 when anything does or may, 2 for bad input.
        """;

    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        const string Line =
            "kubectl palisade diff config/samples/shop/policies.yaml config/samples/shop-change "
            + "-f config/samples/shop/namespaces.yaml -f config/samples/shop/pods.yaml";
        var command = new Command("diff", HelpText.Format(Description, Line));
        var old = new Argument<string>("OLD") { Description = "A file or directory of manifests, or -: how it is." };
        var now = new Argument<string>("NEW") { Description = "A file or directory of manifests, or -: how it is to be." };
        var common = new Option<string[]>("--filename", "-f")
        {
            Description = "Manifests that both have, such as namespaces and workloads. Can be given several times.",
            HelpName = "FILE|DIR",
        };
        var inNamespace = new Option<string?>("--namespace", "-n") { Description = "Namespace of what names none.", HelpName = "NAME" };
        var output = OutputFormat.CreateOption(OutputFormat.Table, OutputFormat.Markdown, OutputFormat.Json);
        command.Arguments.Add(old);
        command.Arguments.Add(now);
        command.Options.Add(common);
        command.Options.Add(inNamespace);
        command.Options.Add(output);
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var shared = parsed.GetValue(common) ?? [];
                var selection = new InputSelection([.. shared, parsed.GetRequiredValue(old)]) { Namespace = parsed.GetValue(inNamespace) };
                await using var error = new DistinctLineWriter(console.Error);
                var once = console with { Error = error };
                var before = await LoadAsync(selection, once, cancellationToken);
                var after = await LoadAsync(selection with { Files = [.. shared, parsed.GetRequiredValue(now)] }, once, cancellationToken);
                if (before is null || after is null)
                {
                    return ExitCode.Usage;
                }
                var difference = ClusterDifference.Between(before, after);
                Write(difference, parsed.GetRequiredValue(output), console);
                if (await IsUnsettledAsync(before.LeftOut, after.LeftOut, console))
                {
                    return ExitCode.Usage;
                }
                return difference.Opened.IsEmpty && difference.MayOpen.IsEmpty ? ExitCode.Clean : ExitCode.Findings;
            }
        );
        return command;
    }

    private static async Task<LoadedCluster?> LoadAsync(InputSelection selection, CliConsole console, CancellationToken cancellationToken)
    {
        var cluster = await LoadedCluster.LoadAsync(selection, console, cancellationToken);
        if (cluster is { Snapshot.Pods.IsEmpty: true })
        {
            await console.Error.WriteLineAsync(
                $"{string.Join(' ', selection.Files)}: no pods or workloads, so there are no connections to compare; give their manifests by -f"
            );
            return null;
        }
        return cluster;
    }

    /// <summary>Says what only one side leaves out, or leaves out differently: whether that opens anything cannot be known.</summary>
    private static async Task<bool> IsUnsettledAsync(LeftOut before, LeftOut after, CliConsole console)
    {
        var changed = after
            .Objects.Where(item => !before.Objects.Any(item.IsSameAs))
            .Concat(before.Objects.Where(item => !after.Objects.Any(item.IsSameAs)))
            .Select(item => item.Reference)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        if (changed.Count > 0)
        {
            await console.Error.WriteLineAsync(
                $"kubectl palisade: whether anything else changes cannot be said: {string.Join(", ", changed)} must be fixed first"
            );
        }
        return changed.Count > 0;
    }

    private static void Write(ClusterDifference difference, string format, CliConsole console)
    {
        switch (format)
        {
            case OutputFormat.Json:
                JsonOutput.Write(console.Plain, DiffJson.From(difference));
                break;
            case OutputFormat.Markdown:
                DiffMarkdown.Write(difference, console.Plain);
                break;
            default:
                DiffTable.Write(difference, console.Output);
                break;
        }
    }
}
