using System.Diagnostics;
using Palisade.Lab.Probes;

namespace Palisade.Lab.Tests;

/// <summary>What probes say when rules refuse or drop. The rules are plain iptables ones on the node between.</summary>
public sealed class ProbeTests(SmallLab small)
{
    private readonly Prober _hasty = new(new ProbeOptions { Timeout = TimeSpan.FromSeconds(1) });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<ProbeProtocol, string, ProbeOutcome> Verdicts =>
        new()
        {
            { ProbeProtocol.Tcp, "REJECT --reject-with tcp-reset", ProbeOutcome.Refused },
            { ProbeProtocol.Tcp, "REJECT --reject-with icmp-port-unreachable", ProbeOutcome.Refused },
            { ProbeProtocol.Tcp, "REJECT --reject-with icmp-host-unreachable", ProbeOutcome.Unreachable },
            { ProbeProtocol.Tcp, "DROP", ProbeOutcome.TimedOut },
            { ProbeProtocol.Udp, "REJECT --reject-with icmp-port-unreachable", ProbeOutcome.Refused },
            { ProbeProtocol.Udp, "DROP", ProbeOutcome.TimedOut },
        };

    [Theory]
    [MemberData(nameof(Verdicts))]
    public async Task Probe_RuleOnTheNode_SaysWhatTheClientSees(ProbeProtocol protocol, string verdict, ProbeOutcome expected)
    {
        await using var server = ProbeServer.Start(small["a2"], (700, protocol));
        string[] rule = ["FORWARD", "-p", protocol.ToString().ToLowerInvariant(), "--dport", "700", "-j", .. verdict.Split(' ')];
        var prober = expected == ProbeOutcome.TimedOut ? _hasty : small.Prober;
        await IptablesAsync(["-I", .. rule]);
        try
        {
            foreach (var from in (string[])["a1", "b1"])
            {
                (await prober.ProbeAsync(small[from], new(small["a2"].Addresses[0], 700, protocol), Token)).Outcome.ShouldBe(
                    expected,
                    from
                );
            }
        }
        finally
        {
            await IptablesAsync(["-D", .. rule]);
        }
        (await small.Prober.ProbeAsync(small["a1"], new(small["a2"].Addresses[0], 700, protocol), Token)).Outcome.ShouldBe(
            ProbeOutcome.Open
        );
    }

    [Theory]
    [InlineData(ProbeProtocol.Tcp)]
    [InlineData(ProbeProtocol.Udp)]
    public async Task Probe_NothingListens_IsRefused(ProbeProtocol protocol)
    {
        (await small.Prober.ProbeAsync(small["a1"], small["b1"], 701, protocol, Token)).Outcome.ShouldBe(ProbeOutcome.Refused);
    }

    public static TheoryData<string, ProbeProtocol> NoHosts =>
        new(
            from address in (string[])
                ["127.0.0.1", "0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "ff02::1"]
            from protocol in (ProbeProtocol[])[ProbeProtocol.Tcp, ProbeProtocol.Udp]
            select (address, protocol)
        );

    [Theory]
    [MemberData(nameof(NoHosts))]
    public async Task Probe_AddressThatNoHostHas_IsAResultAndNoFault(string address, ProbeProtocol protocol)
    {
        (await _hasty.ProbeAsync(small["a1"], new(System.Net.IPAddress.Parse(address), 701, protocol), Token)).IsOpen.ShouldBeFalse();
    }

    [Fact]
    public async Task Start_PortThatIsTaken_SaysWhichInOneLine()
    {
        await using var first = ProbeServer.Start(small["a1"], (705, ProbeProtocol.Tcp));

        var exception = Should.Throw<LabException>(() => ProbeServer.Start(small["a1"], (705, ProbeProtocol.Tcp)));

        exception.Message.ShouldBe("shop/a1 cannot serve 10.244.1.11:705/Tcp: Address already in use");
    }

    [Theory]
    [InlineData(ProbeProtocol.Tcp)]
    [InlineData(ProbeProtocol.Udp)]
    public async Task Exchange_FlowThatIsCutLater_IsOpenThenNot(ProbeProtocol protocol)
    {
        await using var server = ProbeServer.Start(small["b2"], (702, protocol));
        // Long enough for an answer on a busy machine, and the time that its absence takes.
        var prober = new Prober(new ProbeOptions { Timeout = TimeSpan.FromSeconds(4) });
        using var connection = await prober.OpenAsync(small["a2"], new(small["b2"].Addresses[0], 702, protocol), Token);
        (await connection.ExchangeAsync(Token)).IsOpen.ShouldBeTrue();
        string[] rule = ["FORWARD", "-p", protocol.ToString().ToLowerInvariant(), "--dport", "702", "-j", "DROP"];
        await IptablesAsync(["-I", .. rule]);
        try
        {
            (await connection.ExchangeAsync(Token)).Outcome.ShouldBe(ProbeOutcome.TimedOut);
        }
        finally
        {
            await IptablesAsync(["-D", .. rule]);
        }
    }

    [Fact]
    public async Task ProbeAll_ManyPairs_EachResultIsItsPairs()
    {
        var pods = small.Pods;
        var servers = pods.Select(pod => ProbeServer.Start(pod, (703, ProbeProtocol.Tcp), (703, ProbeProtocol.Udp))).ToList();
        var pairs = (
            from _ in Enumerable.Range(0, 10)
            from a in pods
            from b in pods
            from address in b.Addresses
            from protocol in (ProbeProtocol[])[ProbeProtocol.Tcp, ProbeProtocol.Udp]
            select (From: a, Target: new ProbeTarget(address, 703, protocol), To: b)
        ).ToList();

        var results = await small.Prober.ProbeAllAsync(pairs.ConvertAll(pair => (pair.From, pair.Target)), Token);

        results.Select(result => result.AnsweredBy).ShouldBe(pairs.Select(pair => pair.To.Name));
        foreach (var server in servers)
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Probe_Cancelled_EndsAsCancelled()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() =>
            small.Prober.ProbeAsync(small["a1"], small["b1"], 1, ProbeProtocol.Udp, cancelled.Token)
        );
    }

    [Fact]
    public async Task Sctp_KernelMayLackIt_OpenOrSaidToBeUnsupported()
    {
        if (!ProbeServer.Supports(small["a1"], ProbeProtocol.Sctp))
        {
            return;
        }
        await using var server = ProbeServer.Start(small["a1"], (704, ProbeProtocol.Sctp));

        (await small.Prober.ProbeAsync(small["b1"], small["a1"], 704, ProbeProtocol.Sctp, Token)).IsOpen.ShouldBeTrue();
    }

    private async Task IptablesAsync(string[] arguments)
    {
        foreach (var node in small.Lab.Nodes.Values)
        {
            using var process = node.Network.Start(
                new ProcessStartInfo("iptables", ["-w", .. arguments]) { UseShellExecute = false, RedirectStandardError = true }
            );
            var errors = await process.StandardError.ReadToEndAsync(Token);
            await process.WaitForExitAsync(Token);
            process.ExitCode.ShouldBe(0, errors);
        }
    }
}
