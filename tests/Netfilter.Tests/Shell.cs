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

    /// <summary>All rules and sets of the kernel, without counters and comments of the tools.</summary>
    public static async Task<string> DumpAsync()
    {
        var parts = new List<string>();
        foreach (
            var program in (string[])
                ["iptables-legacy-save", "ip6tables-legacy-save", "iptables-nft-save", "ip6tables-nft-save", "ipset save"]
        )
        {
            var lines = (await RunAsync(program)).Split('\n').Where(line => !line.StartsWith('#') && !line.StartsWith(':'));
            parts.Add(string.Join('\n', lines));
        }

        return string.Join('\n', parts);
    }

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
