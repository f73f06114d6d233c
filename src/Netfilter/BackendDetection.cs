namespace Palisade.Netfilter;

/// <summary>
/// Finds the backend that the rest of the node uses. Rules in the other one would be judged too, but in an order that nobody
/// chose, and two programs that each see only half of the rules repair each other's.
/// </summary>
internal sealed class BackendDetection(ToolRunner runner, NetfilterOptions options)
{
    /// <summary>Chains of the kubelet's and kube-proxy's in mangle that are there for this purpose.</summary>
    private static readonly string[] Hints = ["KUBE-IPTABLES-HINT", "KUBE-KUBELET-CANARY", "KUBE-PROXY-CANARY"];

    /// <summary>The backend, and why.</summary>
    public async Task<(NetfilterBackend Backend, string Reason)> FindAsync(CancellationToken cancellationToken)
    {
        if (options.Backend is { } chosen)
        {
            return (chosen, "chosen by option");
        }

        foreach (var program in (string[])["iptables-nft-save", "ip6tables-nft-save"])
        {
            if (await FindHintAsync(program, cancellationToken) is { } hint)
            {
                return (NetfilterBackend.Nft, $"{hint} is in the mangle table of nf_tables");
            }
        }

        // Asking the legacy tools about a table loads its module: only ask where it is loaded.
        foreach (
            var (program, tables) in ((string, string)[])
                [("iptables-legacy-save", "ip_tables_names"), ("ip6tables-legacy-save", "ip6_tables_names")]
        )
        {
            if (await HasLegacyMangleAsync(tables, cancellationToken) && await FindHintAsync(program, cancellationToken) is { } hint)
            {
                return (NetfilterBackend.Legacy, $"{hint} is in the mangle table of x_tables");
            }
        }

        var version = await runner.RunAsync("iptables", ["--version"], null, cancellationToken);
        var isNft = version.Contains("nf_tables", StringComparison.Ordinal);
        return (
            isNft ? NetfilterBackend.Nft : NetfilterBackend.Legacy,
            $"neither the kubelet nor kube-proxy left a chain; iptables is {version.Trim()}"
        );
    }

    /// <summary>Whether the legacy mangle table is loaded.</summary>
    public async Task<bool> HasLegacyMangleAsync(string tables, CancellationToken cancellationToken)
    {
        var names = await runner.TryRunAsync("cat", [$"/proc/net/{tables}"], null, cancellationToken);
        return names.Output.Split('\n').Contains("mangle", StringComparer.Ordinal);
    }

    private async Task<string?> FindHintAsync(string program, CancellationToken cancellationToken)
    {
        var saved = await runner.TryRunAsync(program, ["-t", "mangle"], null, cancellationToken);
        return Array.Find(Hints, hint => saved.Output.Contains($":{hint} ", StringComparison.Ordinal));
    }
}
