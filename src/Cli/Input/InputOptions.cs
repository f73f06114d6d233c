using System.CommandLine;

namespace Palisade.Cli.Input;

/// <summary>The options by which a command is told what to look at, the same for every command.</summary>
internal sealed class InputOptions
{
    private readonly Option<string[]> _files = new("--filename", "-f")
    {
        Description =
            "A file of manifests, a directory of them with all below it, or - for standard input. Can be given several times. "
            + "Without it the live cluster is read, and only read.",
        HelpName = "FILE|DIR|-",
    };

    private readonly Option<string?> _namespace = new("--namespace", "-n")
    {
        Description = "Namespace of what names none; of a live cluster, the namespace to look at.",
        HelpName = "NAME",
    };

    private readonly Option<bool> _all = new("--all-namespaces", "-A") { Description = "Look at all namespaces of a live cluster." };
    private readonly ClusterOptions _cluster;

    private InputOptions(Command command)
    {
        command.Options.Add(_files);
        command.Options.Add(_namespace);
        command.Options.Add(_all);
        _cluster = ClusterOptions.AddTo(command);
    }

    /// <summary>Adds the options to a command.</summary>
    public static InputOptions AddTo(Command command) => new(command);

    /// <summary>What the command line says.</summary>
    public InputSelection Read(ParseResult parsed) =>
        _cluster.Read(parsed) with
        {
            Files = parsed.GetValue(_files) ?? [],
            Namespace = parsed.GetValue(_namespace),
            AllNamespaces = parsed.GetValue(_all),
        };
}
