using System.CommandLine;
using Palisade.Cli.Input;
using Palisade.Cli.Output;

namespace Palisade.Cli.Labs;

/// <summary><c>lab</c>: tries policies on this machine, with the real rules in the real kernel.</summary>
internal static class LabCommand
{
    private const string Description = """
        Try policies on this machine, without a cluster: pods become network namespaces, the policies become real rules in the real
        kernel, and who reaches whom is measured with real connections, before and after. It needs no root, cannot touch this
        machine's own network, and leaves nothing behind.

        Reads Namespaces, Nodes, Pods, Deployments, StatefulSets, DaemonSets, Services, NetworkPolicies, ClusterNetworkPolicies and
        DefaultDenyProfiles; adds nodes, addresses and namespaces where there are none.

        Exit code: 0 when the kernel lets through exactly what the policies say, 1 when it does not, 2 for bad input or a lab that
        failed.
        """;

    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        var files = ManifestInput.CreateOption();
        var measure = Choice.CreateOption(
            "--measure",
            "Whether to measure: when this machine allows it (auto), always (else exit code 2), or never.",
            "auto",
            "always",
            "never"
        );
        var command = new Command("lab", HelpText.Format(Description, "kubectl palisade lab -f config/samples/shop")) { files, measure };
        command.SetAction(
            (parsed, cancellationToken) =>
                new LabRun(
                    console,
                    parsed.GetRequiredValue(files),
                    Enum.Parse<MeasureMode>(parsed.GetRequiredValue(measure), ignoreCase: true)
                ).RunAsync(cancellationToken)
        );
        return command;
    }
}
