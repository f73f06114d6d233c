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
    public Task<string> SaveAsync(string table, CancellationToken cancellationToken) =>
        runner.RunAsync($"{Prefix}-save", ["-c", "-t", table], null, cancellationToken);

    /// <summary>Tries the transaction without carrying it out, then carries it out.</summary>
    public async Task RestoreAsync(string text, CancellationToken cancellationToken)
    {
        await runner.RunAsync($"{Prefix}-restore", ["-w", Wait, "--noflush", "--test"], text, cancellationToken);
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
