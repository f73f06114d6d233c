using Palisade.Dataplane;
using Palisade.Lab;
using Palisade.Netfilter;
using Palisade.Policy;

namespace Palisade.Cli.Labs;

/// <summary>Writes the real rules on every node of a lab.</summary>
/// <remarks>
/// iptables-nft sends a table in one message, and makes room for it by SO_SNDBUFFORCE, which the kernel grants to the machine's root only and not
/// to the root of a user namespace, where the lab is. What is longer than a socket's buffer is written by iptables-legacy there, which has no
/// such limit; the rules are the same. An agent on a node is not concerned.
/// </remarks>
internal sealed class RuleInstaller(NetworkLab lab, CliConsole console)
{
    private const string TooLong = "Message too long";
    private const string BufferSize = "/proc/sys/net/core/wmem_default";

    /// <summary>Enforces the policies of a cluster.</summary>
    /// <returns>Whether this machine can; if not, the error output says what it lacks.</returns>
    /// <exception cref="NetfilterException">A node's kernel refused.</exception>
    /// <exception cref="LabException">The rules do not fit into one message, and there is no other way here.</exception>
    public async Task<bool> InstallAsync(ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        var problems = await TryInstallAsync(new NetfilterOptions(), snapshot, cancellationToken);
        foreach (var problem in problems)
        {
            await console.Error.WriteLineAsync($"cannot enforce: {problem}");
        }
        return problems.Count == 0;
    }

    private async Task<IReadOnlyList<string>> TryInstallAsync(
        NetfilterOptions netfilter,
        ClusterSnapshot snapshot,
        CancellationToken cancellationToken
    )
    {
        var offered = await new PolicyEnforcement(lab, netfilter, DataplaneOptions.Default).ProbeAsync(cancellationToken);
        IReadOnlyList<string> lacks =
        [
            .. offered.Problems,
            .. offered.NotEnforced() is { } unenforced ? [unenforced] : Array.Empty<string>(),
        ];
        if (lacks.Count > 0)
        {
            return lacks;
        }
        try
        {
            var enforcement = new PolicyEnforcement(lab, netfilter, offered.Adapt(DataplaneOptions.Default));
            await enforcement.EnforceAsync(snapshot, cancellationToken);
            foreach (var problem in enforcement.Problems)
            {
                await console.Error.WriteLineAsync($"warning: NetworkPolicy {problem}; it isolates, and allows nothing");
            }
            return [];
        }
        catch (NetfilterException exception)
            when (netfilter.Backend is null && exception.Message.Contains(TooLong, StringComparison.Ordinal))
        {
            await console.Error.WriteLineAsync(
                "... the rules are longer than one message of iptables-nft may be here; taking iptables-legacy"
            );
            var legacy = netfilter with { Backend = NetfilterBackend.Legacy };
            return await TryInstallAsync(legacy, snapshot, cancellationToken) is { Count: > 0 } problems
                ? throw new LabException(await ExplainAsync(problems[0], cancellationToken), exception)
                : [];
        }
    }

    private static async Task<string> ExplainAsync(string noLegacy, CancellationToken cancellationToken)
    {
        var size = (await File.ReadAllTextAsync(BufferSize, cancellationToken)).Trim();
        return "too many rules for one message of iptables-nft in a user namespace, which has room for net.core.wmem_default "
            + $"({size}) bytes; this is the lab's own limit and not the agent's: raise it as root (sysctl -w net.core.wmem_default=16777216), "
            + $"give the lab fewer policies, or let it have iptables-legacy ({noLegacy})";
    }
}
