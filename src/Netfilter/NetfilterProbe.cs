using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Palisade.Policy.Net;

namespace Palisade.Netfilter;

/// <summary>Finds out what this machine offers before anything is enforced.</summary>
public static partial class NetfilterProbe
{
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
            var offers = new Dictionary<IpFamily, FamilyOffer>();
            foreach (var family in KernelFamilies())
            {
                var iptables = new IptablesTool(runner, options, backend, family);
                offers[family] = await new FamilyProbe(iptables, runner, family).RunAsync(cancellationToken);
            }

            problems.AddRange(NothingWorks(offers));
            return Combine(offers) with
            {
                Backend = backend,
                BackendReason = reason,
                BridgeCallsIptables = await BridgeCallsIptablesAsync(runner, offers.ContainsKey(IpFamily.IPv6), cancellationToken),
                Problems = problems,
            };
        }
        catch (NetfilterException e)
        {
            return new ProbeResult { Problems = [.. problems, e.Message] };
        }
    }

    /// <summary>Families that the kernel has, whether or not it can filter them.</summary>
    public static ImmutableArray<IpFamily> KernelFamilies() =>
        Directory.Exists("/proc/sys/net/ipv6") ? [IpFamily.IPv4, IpFamily.IPv6] : [IpFamily.IPv4];

    /// <summary>What is wrong when no family can be enforced: one that can is enforced by itself.</summary>
    private static IEnumerable<string> NothingWorks(Dictionary<IpFamily, FamilyOffer> offers) =>
        offers.Values.All(offer => offer.Problem is not null)
            ? offers.Values.Select(offer => offer.Problem!).Distinct(StringComparer.Ordinal)
            : [];

    private static ProbeResult Combine(Dictionary<IpFamily, FamilyOffer> offers)
    {
        var usable = offers.Where(item => item.Value.Problem is null).OrderBy(item => item.Key).ToList();
        return new ProbeResult
        {
            HasIPv6 = offers.ContainsKey(IpFamily.IPv6),
            Families = [.. usable.Select(item => item.Key)],
            FamilyProblems = offers
                .Where(item => item.Value.Problem is not null)
                .ToImmutableSortedDictionary(item => item.Key, item => item.Value.Problem!),
            HasMapMark = usable.TrueForAll(item => item.Value.HasMapMark),
            HasBpf = usable.TrueForAll(item => item.Value.HasBpf),
            HasReject = usable.TrueForAll(item => item.Value.HasReject),
            HasPacketLog = usable.TrueForAll(item => item.Value.HasPacketLog),
            HasAddressType = usable.TrueForAll(item => item.Value.HasAddressType),
            HasHopLimit = usable.TrueForAll(item => item.Value.HasHopLimit),
            Lacking = [.. usable.SelectMany(item => item.Value.Lacking)],
        };
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
