using System.CommandLine;
using System.Text;
using Palisade.Cli.Explain;
using Palisade.Cli.Input;
using Palisade.Dataplane;
using Palisade.Dataplane.Kernel;
using Palisade.Dataplane.Rendering;
using Palisade.Netfilter;
using Palisade.Policy;
using Palisade.Policy.Evaluation;
using Palisade.Policy.Net;

namespace Palisade.Cli.Rules;

/// <summary><c>rules</c>: writes the iptables and ipset text of a node.</summary>
internal static class RulesCommand
{
    private const string Description = """
        Write what the agent would write into the kernel of a node that has nothing of it yet: the input of ipset restore and of
        iptables-restore, with the names of the policies beside their chains. With --kernel, what would have to be written into this
        machine's kernel, which must be that node's: nothing when it holds exactly the rules. Run it as root; it changes nothing.

        Exit code: 0; with --kernel 1 when the kernel differs; 2 for bad input.
        """;

    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        var command = new Command("rules", HelpText.Format(Description, "kubectl palisade rules --node node-1 -f config/samples/shop"));
        var node = new Option<string>("--node")
        {
            Description = "Name of the node.",
            HelpName = "NAME",
            Required = true,
        };
        var kernel = new Option<bool>("--kernel") { Description = "Compare with this machine's kernel." };
        command.Options.Add(node);
        command.Options.Add(kernel);
        var input = InputOptions.AddTo(command);
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var name = parsed.GetRequiredValue(node);
                if (await LoadedCluster.LoadAsync(input.Read(parsed), console, cancellationToken) is not { } cluster)
                {
                    return ExitCode.Usage;
                }
                if (!cluster.Snapshot.Nodes.Any(item => item.Name == name))
                {
                    var names = cluster.Snapshot.Nodes.Select(item => item.Name).Order(StringComparer.Ordinal).Take(8);
                    await console.Error.WriteLineAsync(
                        $"kubectl palisade: --node: there is no node {name}; there are {string.Join(", ", names)}"
                    );
                    return ExitCode.Usage;
                }
                if (await IsUnsettledAsync(cluster, name, console))
                {
                    return ExitCode.Usage;
                }
                return parsed.GetValue(kernel)
                    ? await CompareAsync(cluster, name, console, cancellationToken)
                    : Write(cluster, name, console);
            }
        );
        return command;
    }

    /// <summary>Says which objects that are left out might have a say about a pod of the node: its rules cannot be known without these.</summary>
    private static async Task<bool> IsUnsettledAsync(LoadedCluster cluster, string node, CliConsole console)
    {
        var deciding =
            from pod in cluster.Snapshot.Pods
            where pod.NodeName == node
            from direction in Directions.All
            from item in cluster.LeftOut.Deciding(cluster.Snapshot, pod, direction)
            select item.Reference;
        var names = string.Join(", ", deciding.Distinct(StringComparer.Ordinal));
        if (names.Length > 0)
        {
            await console.Error.WriteLineAsync(
                $"kubectl palisade: the rules of node {node} cannot be said: {names} may decide about pods of it, and must be fixed first"
            );
        }
        return names.Length > 0;
    }

    private static int Write(LoadedCluster cluster, string node, CliConsole console)
    {
        var ruleset = PolicyCompiler.Compile(cluster.Snapshot, node, DataplaneOptions.Default);
        var text = PlanRenderer.Render(ruleset, KernelState.Empty(IpFamily.IPv4, IpFamily.IPv6));
        console.Plain.Write(RuleAnnotation.Annotate(text, ruleset, new PolicyOrigins(cluster)));
        return ExitCode.Clean;
    }

    private static async Task<int> CompareAsync(LoadedCluster cluster, string node, CliConsole console, CancellationToken cancellationToken)
    {
        try
        {
            var options = new NetfilterOptions();
            var offered = await NetfilterProbe.RunAsync(options, cancellationToken);
            foreach (var problem in offered.Problems)
            {
                await console.Error.WriteLineAsync($"kubectl palisade: {problem}");
            }
            if (offered.Problems.Count > 0)
            {
                return ExitCode.Usage;
            }
            var ruleset = NodeNetwork.Adapt(PolicyCompiler.Compile(cluster.Snapshot, node, offered.Adapt(DataplaneOptions.Default)));
            foreach (var problem in ruleset.Problems.Where(problem => problem.Lacks is not null))
            {
                await console.Error.WriteLineAsync($"warning: NetworkPolicy {problem}; it isolates, and allows nothing");
            }
            if (offered.NotEnforced() is { } unenforced)
            {
                await console.Error.WriteLineAsync($"warning: {unenforced}");
            }
            var applier = new NetfilterApplier(options with { Families = offered.Families });
            var plan = await applier.PlanAsync(ruleset, cancellationToken);
            var annotated = RuleAnnotation.Annotate(plan, ruleset, new PolicyOrigins(cluster));
            console.Plain.Write(plan.Length == 0 ? "The kernel holds exactly these rules.\n" : annotated);
            return plan.Length == 0 ? ExitCode.Clean : ExitCode.Findings;
        }
        catch (NetfilterException exception)
        {
            await console.Error.WriteLineAsync($"kubectl palisade: the kernel cannot be read (as root?): {exception.Message}");
            return ExitCode.Usage;
        }
    }
}

/// <summary>Writes beside each policy's chain which policies it comes of, as comments that the tools pass over.</summary>
internal static class RuleAnnotation
{
    /// <summary>The text, with a comment before the first rule of each policy's chain.</summary>
    public static string Annotate(string text, Ruleset ruleset, PolicyOrigins origins)
    {
        var owners = ruleset.Owners.ToLookup(owner => owner.Chain, owner => NameOf(owner, origins), StringComparer.Ordinal);
        var annotated = new StringBuilder();
        var last = "";
        foreach (var line in text.Split('\n').SkipLast(1))
        {
            var words = line.Split(' ', 3);
            var chain = words.Length > 2 && words[0] == "-A" ? words[1] : "";
            if (chain != last && owners.Contains(chain))
            {
                annotated.Append("# ").AppendJoin(", ", owners[chain]).Append('\n');
            }
            last = chain;
            annotated.Append(line).Append('\n');
        }
        return annotated.ToString();
    }

    private static string NameOf(ChainOwner owner, PolicyOrigins origins)
    {
        var name = owner.Policy.Split('/', 2);
        if (name.Length < 2)
        {
            return owner.Policy;
        }
        var origin = origins.Find(new PolicyReference(name[0], name[1]));
        return origin.Kind == "NetworkPolicy" ? origin.Title : $"{origin.Title} in {name[0]}";
    }
}
