using System.CommandLine;
using Palisade.Cli.Manifests;

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

/// <summary>The options by which a command finds a live cluster, as kubectl has them.</summary>
internal sealed class ClusterOptions
{
    private readonly Option<string?> _kubeConfig = new("--kubeconfig")
    {
        Description = "Kubeconfig of the live cluster. Default: KUBECONFIG, or ~/.kube/config.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _context = new("--context") { Description = "Context of the kubeconfig.", HelpName = "NAME" };

    /// <summary>Adds them to a command.</summary>
    public static ClusterOptions AddTo(Command command)
    {
        var options = new ClusterOptions();
        command.Options.Add(options._kubeConfig);
        command.Options.Add(options._context);
        return options;
    }

    /// <summary>The cluster that the command line names.</summary>
    public InputSelection Read(ParseResult parsed) =>
        new([]) { KubeConfig = parsed.GetValue(_kubeConfig), Context = parsed.GetValue(_context) };
}

/// <summary>What a command looks at: files, or a live cluster.</summary>
/// <param name="Files">Files, directories and <c>-</c>; none for a live cluster.</param>
internal sealed record InputSelection(IReadOnlyList<string> Files)
{
    /// <summary>Namespace given by <c>-n</c>; null when none was.</summary>
    public string? Namespace { get; init; }

    /// <summary>Whether <c>-A</c> was given.</summary>
    public bool AllNamespaces { get; init; }

    /// <summary>Kubeconfig of the live cluster; null for the usual one.</summary>
    public string? KubeConfig { get; init; }

    /// <summary>Context of the live cluster; null for the current one.</summary>
    public string? Context { get; init; }

    /// <summary>Whether a live cluster is meant.</summary>
    public bool IsLive => Files.Count == 0;
}

/// <summary>What a cluster is loaded for.</summary>
internal enum LoadPurpose
{
    /// <summary>To say what its policies allow.</summary>
    Analysis,

    /// <summary>To say what its custom resources stamp, for which pods do not matter.</summary>
    Expansion,

    /// <summary>To build it on this machine.</summary>
    Lab,
}

/// <summary>An input of which what is invalid was taken out.</summary>
/// <param name="Manifests">The objects that are valid, each once.</param>
/// <param name="AsRead">All that was read.</param>
/// <param name="LeftOut">What was taken out.</param>
internal sealed record CheckedInput(ManifestSet Manifests, ManifestSet AsRead, LeftOut LeftOut);
