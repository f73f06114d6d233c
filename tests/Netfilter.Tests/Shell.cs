using Palisade.Lab.Sandboxing;

namespace Palisade.Netfilter.Tests;

/// <summary>Runs the real tools, to look at the kernel or to play another program that writes rules.</summary>
internal static class Shell
{
    private static readonly ToolRunner Runner = new(new NetfilterOptions());

    public static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<string> RunAsync(string command, string? input = null)
    {
        Sandbox.EnsureInside();
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return await Runner.RunAsync(words[0], words[1..], input, Cancelled);
    }

    /// <summary>
    /// All rules, own chains and sets of the kernel, without counters and comments of the tools. A table that holds none of these is
    /// left out: the kernel makes the empty table when any tool first asks for it.
    /// </summary>
    public static async Task<string> DumpAsync()
    {
        var parts = new List<string>();
        foreach (var program in (string[])["iptables-legacy-save", "ip6tables-legacy-save", "iptables-nft-save", "ip6tables-nft-save"])
        {
            var tables = (await RunAsync(program)).Split('*').Skip(1).Select(Contents).Where(table => table.Contains('\n'));
            parts.Add($"{program}:\n{string.Join('\n', tables)}");
        }

        parts.Add(await RunAsync("ipset save"));
        return string.Join('\n', parts);
    }

    private static string Contents(string table) =>
        string.Join(
            '\n',
            table
                .Split('\n')
                .Where(line =>
                    line is not ("" or "COMMIT") && !line.StartsWith('#') && !line.Contains(" ACCEPT [", StringComparison.Ordinal)
                )
                .Select(line => line.Split(" [")[0])
        );

    /// <summary>A kernel without rules and sets.</summary>
    public static async Task ResetAsync()
    {
        foreach (var program in (string[])["iptables-legacy", "ip6tables-legacy", "iptables-nft", "ip6tables-nft"])
        {
            foreach (var table in (string[])["filter", "mangle", "nat"])
            {
                await RunAsync($"{program} -w -t {table} -F");
                await RunAsync($"{program} -w -t {table} -X");
            }
        }

        await RunAsync("ipset destroy");
    }
}
