using System.Globalization;
using Palisade.Dataplane.Layout;
using Palisade.Policy.Net;

namespace Palisade.Netfilter;

/// <summary>The iptables programs of one backend and family.</summary>
internal sealed class IptablesTool(ToolRunner runner, NetfilterOptions options, NetfilterBackend backend, IpFamily family)
{
    private string Prefix =>
        $"{(family == IpFamily.IPv4 ? "iptables" : "ip6tables")}-{(backend == NetfilterBackend.Legacy ? "legacy" : "nft")}";

    private string Wait => Math.Max(1, (int)options.LockTimeout.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    /// <summary>The table as text, with counters.</summary>
    /// <exception cref="NetfilterException">It cannot be read, or not wholly.</exception>
    public async Task<string> SaveAsync(string table, CancellationToken cancellationToken)
    {
        var text = await runner.RunAsync($"{Prefix}-save", ["-c", "-t", table], null, cancellationToken);
        // It exits with 0 then, and prints no rule: trusting it would rewrite everything and duplicate the hooks.
        return text.Contains("is incompatible, use 'nft' tool", StringComparison.Ordinal)
            ? throw new NetfilterException(
                $"{Prefix}-save: table {table} has rules that iptables cannot read, made with nft: move them to a table of their own; until then nothing is written"
            )
            : text;
    }

    /// <summary>Carries the transaction out. One of several tables, each of which is committed by itself, is tried as a whole before.</summary>
    public async Task RestoreAsync(string text, CancellationToken cancellationToken)
    {
        if (text.AsSpan().Count("COMMIT\n") > 1)
        {
            await runner.RunAsync($"{Prefix}-restore", ["-w", Wait, "--noflush", "--test"], text, cancellationToken);
        }

        await runner.RunAsync($"{Prefix}-restore", ["-w", Wait, "--noflush"], text, cancellationToken);
    }

    /// <summary>Both tables.</summary>
    public async Task<(string Filter, string Mangle)> ReadAsync(CancellationToken cancellationToken)
    {
        var filter = SaveAsync(TableLayout.Filter, cancellationToken);
        var mangle = SaveAsync(TableLayout.Mangle, cancellationToken);
        return (await filter, await mangle);
    }
}
