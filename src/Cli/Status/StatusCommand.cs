using System.CommandLine;
using Palisade.Cli.Input;
using Palisade.Cli.Output;
using Palisade.Kubernetes.Client;

namespace Palisade.Cli.Status;

/// <summary><c>status</c>: shows how Palisade does in a live cluster.</summary>
internal static class StatusCommand
{
    private const string Description = """
        Show how Palisade does in a live cluster: the custom resources, the namespaces where they could not be stamped and why, and agents
        that are not in sync, by node. The cluster is only read.

        Exit code: 0 when all is well, 1 when something is not, 2 when the cluster cannot be read.
        """;

    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        var command = new Command("status", HelpText.Format(Description, "kubectl palisade status"));
        var cluster = ClusterOptions.AddTo(command);
        var output = OutputFormat.CreateOption(OutputFormat.Table, OutputFormat.Json);
        command.Options.Add(output);
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                try
                {
                    var status = await ReadAsync(cluster.Read(parsed), cancellationToken);
                    if (parsed.GetRequiredValue(output) == OutputFormat.Json)
                    {
                        JsonOutput.Write(console.Plain, StatusJson.From(status));
                    }
                    else
                    {
                        StatusText.Write(status, console.Output);
                    }
                    return status.IsWell ? ExitCode.Clean : ExitCode.Findings;
                }
                catch (Exception exception) when (exception is KubeConfigException or KubernetesException)
                {
                    await console.Error.WriteLineAsync($"cluster: {exception.Message}");
                    return ExitCode.Usage;
                }
            }
        );
        return command;
    }

    private static async Task<ClusterStatus> ReadAsync(InputSelection selection, CancellationToken cancellationToken)
    {
        using var client = LiveCluster.Connect(selection);
        var profiles = client.ListAsync<DefaultDenyProfile>(null, cancellationToken);
        var policies = client.ListAsync<ClusterNetworkPolicy>(null, cancellationToken);
        var agents = AgentStatus.ReadAsync(client, cancellationToken);
        await Task.WhenAll(profiles, policies, agents);
        var resources = (await profiles)
            .Items.Select(item => ResourceStatus.From(item, item.Status))
            .Concat((await policies).Items.Select(item => ResourceStatus.From(item, item.Status)));
        return new(
            [.. resources.OrderBy(item => item.Kind, StringComparer.Ordinal).ThenBy(item => item.Name, StringComparer.Ordinal)],
            await agents
        );
    }
}
