using System.Text.RegularExpressions;
using Palisade.Policy.Net;

namespace Palisade.Netfilter;

/// <summary>Finds out what this machine offers before anything is enforced.</summary>
public static partial class NetfilterProbe
{
    private const string Chain = "PLSD-PROBE";
    private const string Set = "plsd4-probe";
    private const string PlainRule = "-j MARK --set-xmark 0x0/0xff000000";

    private const string NoHairpin =
        "the kernel has neither the iptables match bpf (module xt_bpf) nor sets of type hash:net,net (module ip_set_hash_netnet);"
        + " one of them is needed to tell a pod's connections to itself: install the package with the kernel's extra modules";

    /// <summary>Before this version iptables-nft replaced the wrong rules.</summary>
    private static readonly Version OldestNft = new(1, 8, 3);

    /// <summary>Before this version iptables-restore cannot wait for the lock.</summary>
    private static readonly Version OldestLegacy = new(1, 6, 2);

    /// <summary>Before this version ipset does not know skbinfo.</summary>
    private static readonly Version OldestIpset = new(6, 22);

    /// <summary>Looks at the programs and at the kernel; leaves nothing behind.</summary>
    public static async Task<ProbeResult> RunAsync(NetfilterOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var runner = new ToolRunner(options);
        var problems = new List<string>();
        try
        {
            var (backend, reason) = await new BackendDetection(runner, options).FindAsync(cancellationToken);
            var program = backend == NetfilterBackend.Nft ? "iptables-nft" : "iptables-legacy";
            var oldest = backend == NetfilterBackend.Nft ? OldestNft : OldestLegacy;
            await CheckVersionAsync(runner, program, oldest, "iptables", problems, cancellationToken);
            await CheckVersionAsync(runner, "ipset", OldestIpset, "ipset", problems, cancellationToken);
            var hasIPv6 = Directory.Exists("/proc/sys/net/ipv6");
            var (hasMapMark, hasBpf) = await ProbeKernelAsync(
                new IptablesTool(runner, options, backend, IpFamily.IPv4),
                runner,
                problems,
                cancellationToken
            );
            return new ProbeResult
            {
                Backend = backend,
                BackendReason = reason,
                HasIPv6 = hasIPv6,
                HasMapMark = hasMapMark,
                HasBpf = hasBpf,
                BridgeCallsIptables = await BridgeCallsIptablesAsync(runner, hasIPv6, cancellationToken),
                Problems = problems,
            };
        }
        catch (NetfilterException e)
        {
            return new ProbeResult { Problems = [.. problems, e.Message] };
        }
    }

    private static async Task CheckVersionAsync(
        ToolRunner runner,
        string program,
        Version oldest,
        string package,
        List<string> problems,
        CancellationToken cancellationToken
    )
    {
        var text = await runner.RunAsync(program, ["--version"], null, cancellationToken);
        var match = VersionNumber().Match(text);
        if (match.Success && Version.TryParse(match.Value, out var version) && version < oldest)
        {
            problems.Add($"{program} {version} is too old, at least {oldest} is needed: apt-get install {package}");
        }
    }

    /// <summary>Puts rules into a chain that nothing goes to, to see whether the kernel takes them.</summary>
    private static async Task<(bool HasMapMark, bool HasBpf)> ProbeKernelAsync(
        IptablesTool iptables,
        ToolRunner runner,
        List<string> problems,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await runner.RunAsync("ipset", ["-exist", "create", Set, "hash:ip", "family", "inet", "skbinfo"], null, cancellationToken);
            await PutAsync(iptables, PlainRule, cancellationToken);
            var hasMapMark = await HasAsync(iptables, $"-j SET --map-set {Set} src --map-mark", cancellationToken);
            var hasBpf = await HasAsync(iptables, "-m bpf --bytecode \"1,6 0 0 0\"", cancellationToken);
            await iptables.RestoreAsync($"*mangle\n:{Chain} - [0:0]\n-X {Chain}\nCOMMIT\n", cancellationToken);
            if (!hasBpf && !await HasPairsAsync(runner, cancellationToken))
            {
                problems.Add(NoHairpin);
            }

            return (hasMapMark, hasBpf);
        }
        catch (NetfilterException e)
        {
            problems.Add($"the kernel's packet filter cannot be written (is this process root, or does it have NET_ADMIN?): {e.Message}");
            return (false, false);
        }
        finally
        {
            await runner.TryRunAsync("ipset", ["-exist", "destroy", Set], null, cancellationToken);
        }
    }

    /// <summary>Whether the kernel has the type of set that takes the place of the bpf match.</summary>
    private static async Task<bool> HasPairsAsync(ToolRunner runner, CancellationToken cancellationToken)
    {
        await runner.TryRunAsync("ipset", ["-exist", "destroy", Set], null, cancellationToken);
        return (await runner.TryRunAsync("ipset", ["create", Set, "hash:net,net"], null, cancellationToken)).ExitCode == 0;
    }

    /// <summary>
    /// Whether the kernel takes the rule. It may have been refused for another's sake, such as a lock that was held for too long: it is then asked
    /// once more after a rule that every kernel takes, since the layout depends on the answer for as long as the agent runs.
    /// </summary>
    /// <exception cref="NetfilterException">It does not take any rule now.</exception>
    private static async Task<bool> HasAsync(IptablesTool iptables, string rule, CancellationToken cancellationToken)
    {
        if (await TakesAsync(iptables, rule, cancellationToken))
        {
            return true;
        }

        await PutAsync(iptables, PlainRule, cancellationToken);
        return await TakesAsync(iptables, rule, cancellationToken);
    }

    private static async Task<bool> TakesAsync(IptablesTool iptables, string rule, CancellationToken cancellationToken)
    {
        try
        {
            await PutAsync(iptables, rule, cancellationToken);
            return true;
        }
        catch (NetfilterException)
        {
            return false;
        }
    }

    private static Task PutAsync(IptablesTool iptables, string rule, CancellationToken cancellationToken) =>
        iptables.RestoreAsync($"*mangle\n:{Chain} - [0:0]\n-A {Chain} {rule}\nCOMMIT\n", cancellationToken);

    private static async Task<bool?> BridgeCallsIptablesAsync(ToolRunner runner, bool hasIPv6, CancellationToken cancellationToken)
    {
        var files = new List<string> { "/proc/sys/net/bridge/bridge-nf-call-iptables" };
        if (hasIPv6)
        {
            files.Add("/proc/sys/net/bridge/bridge-nf-call-ip6tables");
        }

        var read = await runner.TryRunAsync("cat", files, null, cancellationToken);
        return read.ExitCode == 0 ? !read.Output.Contains('0', StringComparison.Ordinal) : null;
    }

    [GeneratedRegex(@"\d+\.\d+(\.\d+)?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex VersionNumber();
}
