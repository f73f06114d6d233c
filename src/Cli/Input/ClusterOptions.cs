using System.CommandLine;

namespace Palisade.Cli.Input;

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
