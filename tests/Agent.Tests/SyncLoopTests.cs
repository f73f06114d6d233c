using Palisade.Agent.Health;
using Palisade.Agent.Tests.Fakes;
using Palisade.Dataplane;
using Palisade.Netfilter;
using Palisade.Policy;
using Palisade.Policy.Net;
using Palisade.Testing;

namespace Palisade.Agent.Tests;

public sealed class SyncLoopTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly FixedCluster _cluster = new();
    private readonly FaultyApplier _applier = new();
    private readonly RecordedRepairs _repairs = new();
    private readonly RecordedLog<Readiness> _log = new();
    private readonly RecordedLog<SyncLoop> _loopLog = new();
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
    private readonly Readiness _readiness;
    private readonly AgentMetrics _metrics;
    private readonly DirtySignal _signal;
    private string? _bridgeProblem;
    private volatile bool _usesIpvs;
    private KernelLimits _limits = KernelLimits.None;
    private volatile ProbeResult _offered = ProbeResult.Complete;
    private Task _running = Task.CompletedTask;

    public SyncLoopTests()
    {
        _readiness = new(_log);
        _metrics = new(_readiness, () => null, _clock);
        _signal = new(_clock);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_CachesNotInSync_WritesNothingAndSaysWhy()
    {
        Start();

        await TimePassesAsync(3);

        _applier.Calls.ShouldBeEmpty();
        _readiness.Problems[ReadinessCheck.Caches].ShouldBe("waiting for the API server to list Pod; rules stay as they are");
        _log.Lines.Count(line => line.StartsWith("Caches", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Run_CachesInSync_AppliesVerifiesAndIsReady()
    {
        await StartInSyncAsync();

        _applier.Calls.ShouldBe(["apply", "verify"]);
        _readiness.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_Marked_AppliesWithoutReadingBackWhenOnlySetsChanged()
    {
        await StartInSyncAsync();
        _applier.Result = new ApplyResult { SetEntriesChanged = 1 };

        _signal.Mark();

        await CallsAsync("apply", "verify", "apply");
        await RestsAsync();
        _applier.Calls.Length.ShouldBe(3);
    }

    [Fact]
    public async Task Run_ChainsChanged_ReadsBack()
    {
        await StartInSyncAsync();
        _applier.Result = new ApplyResult { ChainsChanged = 1 };

        _signal.Mark();

        await CallsAsync("apply", "verify", "apply", "verify");
    }

    [Fact]
    public async Task Run_MarkedOftenDuringAPass_MakesOneMorePass()
    {
        await StartInSyncAsync();
        var release = new TaskCompletionSource();
        _applier.WhileApplying = () => release.Task;
        _signal.Mark();
        await CallsAsync("apply", "verify", "apply");

        for (var i = 0; i < 100; i++)
        {
            _signal.Mark();
        }
        release.SetResult();

        await CallsAsync("apply", "verify", "apply", "apply");
        await RestsAsync();
        _applier.Calls.Length.ShouldBe(4);
        _cluster.Snapshots.ShouldBe(3);
    }

    [Fact]
    public async Task Run_NothingChanges_ReadsBackOnTheTimer()
    {
        await StartInSyncAsync();

        await TimePassesAsync(1);
        await CallsAsync("apply", "verify", "verify");
        await TimePassesAsync(1);
        await CallsAsync("apply", "verify", "verify", "verify");
    }

    [Fact]
    public async Task Run_ChangesKeepComing_ReadsBackAllTheSame()
    {
        await StartInSyncAsync();

        for (var i = 0; i < 12; i++)
        {
            _signal.Mark();
            await RestsAsync();
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        await Eventually.TrueAsync(
            () =>
            {
                _signal.Mark();
                _clock.Advance(TimeSpan.FromSeconds(1)); // The loop may rest after a pass.
                return _applier.Calls.Count(call => call is "verify") >= 2;
            },
            Token
        );
    }

    [Fact]
    public async Task Run_RulesChangedByOthers_AreRepairedReportedAndReadBack()
    {
        await StartInSyncAsync();
        _applier.Findings.Enqueue(["chain PLSD-FWD is gone"]);

        await TimePassesAsync(1);

        await CallsAsync("apply", "verify", "verify", "apply", "verify");
        await RestsAsync();
        _repairs.All.ShouldBe(["chain PLSD-FWD is gone"]);
        _readiness.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_RepairFailsAtFirst_IsReportedWhenItSucceeds()
    {
        await StartInSyncAsync();
        _applier.Findings.Enqueue(["chain PLSD-FWD is gone"]);
        _applier.Failure = "the lock is held";

        await TimePassesAsync(1);
        await Eventually.TrueAsync(() => _readiness.Problems.ContainsKey(ReadinessCheck.Rules), Token);
        _repairs.All.ShouldBeEmpty();
        _applier.Failure = null;
        await TimePassesAsync(1);

        await Eventually.TrueAsync(() => _readiness.Problems.Count == 0, Token);
        _repairs.All.ShouldBe(["chain PLSD-FWD is gone"]);
    }

    [Fact]
    public async Task Run_RepairDoesNotHold_IsNotReady()
    {
        await StartInSyncAsync();
        _applier.Findings.Enqueue(["hook is gone"]);
        _applier.Findings.Enqueue(["hook is gone"]);

        await TimePassesAsync(1);

        await Eventually.TrueAsync(() => _readiness.Problems.ContainsKey(ReadinessCheck.Verification), Token);
        _readiness.Problems[ReadinessCheck.Verification].ShouldEndWith("hook is gone");
        await TimePassesAsync(1);
        await Eventually.TrueAsync(() => _readiness.Problems.Count == 0, Token);
    }

    [Fact]
    public async Task Run_ApplyFails_IsTriedAgainReportedOnceAndRecovers()
    {
        _applier.Failure = "iptables-restore: line 3 failed";
        _cluster.CompleteSync();
        Start();
        await CallsAsync("apply");

        await TimePassesAsync(3);

        await Eventually.TrueAsync(() => _applier.Calls.Length >= 4, Token);
        _readiness.Problems[ReadinessCheck.Rules].ShouldBe("iptables-restore: line 3 failed; the rules written last stay in force");
        _log.Lines.Count(line => line.StartsWith("Rules", StringComparison.Ordinal)).ShouldBe(1);

        _applier.Failure = null;
        await TimePassesAsync(1);
        await Eventually.TrueAsync(() => _readiness.Problems.Count == 0, Token);
        _log.Lines.ShouldContain(line => line == "Rules: good again");
    }

    [Fact]
    public async Task Run_BridgeNetfilterOff_IsNotReadyUntilItIsOn()
    {
        _bridgeProblem = "net.bridge.bridge-nf-call-iptables is 0";
        _cluster.CompleteSync();
        Start();

        await Eventually.TrueAsync(() => _readiness.Problems.Count == 1, Token);
        _readiness.Problems[ReadinessCheck.BridgeNetfilter].ShouldBe(_bridgeProblem);

        _bridgeProblem = null;
        await TimePassesAsync(1);
        await Eventually.TrueAsync(() => _readiness.Problems.Count == 0, Token);
    }

    [Theory]
    [InlineData(ReadinessCheck.Freshness)]
    [InlineData(ReadinessCheck.Audit)]
    public async Task Run_PictureOfTheClusterLacksSomething_EnforcesAndIsNotReadyUntilItDoesNot(ReadinessCheck check)
    {
        await StartInSyncAsync();
        const string Problem = "nothing came for more than 3 min";

        Lack(Problem);
        await TimePassesAsync(1);
        await Eventually.TrueAsync(() => _readiness.Problems.Count == 1, Token);
        _readiness.Problems[check].ShouldBe(Problem);
        _signal.Mark();
        await CallsAsync("apply", "verify", "verify", "apply");

        Lack(null);
        await TimePassesAsync(1);
        await Eventually.TrueAsync(() => _readiness.Problems.Count == 0, Token);

        void Lack(string? problem)
        {
            if (check == ReadinessCheck.Audit)
            {
                _cluster.AuditProblem = problem;
            }
            else
            {
                _cluster.AgeProblem = problem;
            }
        }
    }

    [Fact]
    public async Task Run_IpvsIsLoadedLater_WritesOnceMore()
    {
        await StartInSyncAsync();
        _usesIpvs = true;

        await TimePassesAsync(1);
        await CallsAsync("apply", "verify", "apply", "verify");
        await TimePassesAsync(1);

        await CallsAsync("apply", "verify", "apply", "verify", "verify");
    }

    [Fact]
    public async Task Run_OtherBackendCannotBeCleaned_SaysSoOnceAndIsReady()
    {
        _applier.Leftover = "table mangle has rules that iptables cannot read";

        await StartInSyncAsync();
        await TimePassesAsync(2);
        await CallsAsync("apply", "verify", "verify", "verify");

        _loopLog.Lines.Count(line => line.Contains(_applier.Leftover, StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Run_KernelRefusesAPolicy_OthersAreWrittenInTheSamePassAndItIsNamed()
    {
        _applier.Refused = "-m sctp";
        _cluster.Content = Cluster(Policy("bad", "SCTP", 7777), Policy("good", "TCP", 80));

        await StartInSyncAsync();

        _applier.Calls.ShouldBe(["apply", "apply", "verify"]);
        _applier.Applied!.Chains.ShouldHaveSingleItem().IPv4.ShouldHaveSingleItem().ToString().ShouldContain("--dport 80");
        _applier.Applied.Pods.ShouldHaveSingleItem().IngressClass.ShouldNotBeNull();
        _loopLog.Lines.ShouldContain(line => line.StartsWith("NetworkPolicy shop/bad: spec.ingress[0]:", StringComparison.Ordinal));
        _readiness.NoteOf(ReadinessCheck.Kernel)!.ShouldContain("shop/bad: spec.ingress[0]");
        _readiness.NoteOf(ReadinessCheck.Kernel)!.ShouldContain("No such match");
    }

    [Fact]
    public async Task Run_KernelRefusesAChangedPolicy_ItsLastGoodContentStaysAndItIsTriedAgainLater()
    {
        _applier.Refused = "-m sctp";
        _cluster.Content = Cluster(Policy("p", "TCP", 80));
        await StartInSyncAsync();

        _cluster.Content = Cluster(Policy("p", "SCTP", 7777));
        _signal.Mark();
        await CallsAsync("apply", "verify", "apply", "apply");
        await RestsAsync();
        _applier.Applied!.Chains.ShouldHaveSingleItem().IPv4.ShouldHaveSingleItem().ToString().ShouldContain("-p tcp");

        _applier.Refused = null;
        await Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromMinutes(1));
                return _readiness.NoteOf(ReadinessCheck.Kernel) is null;
            },
            Token
        );
        _applier.Applied!.Chains.ShouldHaveSingleItem().IPv4.ShouldHaveSingleItem().ToString().ShouldContain("-p sctp");
    }

    [Fact]
    public async Task Run_KernelLacksAMatchAtFirst_IsAskedAgainAndThePolicyIsThenEnforced()
    {
        _limits = new() { Lacking = [KernelFeature.SctpPorts] };
        _offered = ProbeResult.Complete with { Lacking = _limits.Lacking };
        _cluster.Content = Cluster(Policy("p", "SCTP", 7777));
        await StartInSyncAsync();
        _applier.Applied!.Classes.ShouldHaveSingleItem().Chains.ShouldBeEmpty();
        _readiness.NoteOf(ReadinessCheck.Kernel)!.ShouldContain("xt_sctp");

        _offered = ProbeResult.Complete;
        await Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromMinutes(1));
                return _readiness.NoteOf(ReadinessCheck.Kernel) is null;
            },
            Token
        );

        _applier.Applied!.Classes.ShouldHaveSingleItem().Chains.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Run_FamilyCannotBeEnforced_IsNotReadyAndWritesAllTheSameUntilItCan()
    {
        _offered = ProbeResult.Complete with
        {
            Families = [IpFamily.IPv4],
            FamilyProblems = ProbeResult.Complete.FamilyProblems.Add(IpFamily.IPv6, "ip6tables cannot be started"),
        };
        _cluster.CompleteSync();
        Start();

        await Eventually.TrueAsync(() => _readiness.Problems.Count == 1, Token);
        _readiness.Problems[ReadinessCheck.Families].ShouldContain("IPv6 is not enforced");
        _applier.Calls.ShouldContain("apply");

        _offered = ProbeResult.Complete;
        await Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromMinutes(1));
                return _readiness.Problems.Count == 0;
            },
            Token
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(_running);
        _stop.Dispose();
        _metrics.Dispose();
    }

    private static ClusterSnapshot Cluster(params PolicyFacts[] policies) =>
        new()
        {
            Namespaces = [new() { Name = "shop" }],
            Policies = [.. policies],
            Pods =
            [
                new()
                {
                    Namespace = "shop",
                    Name = "db",
                    NodeName = "node-1",
                    Addresses = [IpAddress.Parse("10.244.1.2")],
                },
            ],
        };

    private static PolicyFacts Policy(string name, string protocol, int port) =>
        new()
        {
            Namespace = "shop",
            Name = name,
            Spec = new() { PodSelector = new(), Ingress = [new() { Ports = [new() { Protocol = protocol, Port = port }] }] },
        };

    private void Start() =>
        _running = new SyncLoop(
            _cluster,
            _applier,
            new()
            {
                NodeName = "node-1",
                Dataplane = DataplaneOptions.Default with { Limits = _limits },
                Offered = _offered,
                Probe = _ => Task.FromResult(_offered),
                CheckBridge = () => _bridgeProblem,
                AdaptToNode = ruleset => ruleset with { Options = ruleset.Options with { PoliceOutput = _usesIpvs } },
            },
            _readiness,
            _repairs,
            _metrics,
            _loopLog,
            _clock
        ).RunAsync(_signal, _stop.Token);

    private async Task StartInSyncAsync()
    {
        _cluster.CompleteSync();
        Start();
        await Eventually.TrueAsync(() => _readiness.Problems.Count == 0, Token);
        await RestsAsync();
    }

    /// <summary>Waits until the loop waits for the next mark or a timer. It has no other timers when the caches were complete before it began.</summary>
    private Task RestsAsync() => Eventually.TrueAsync(() => _clock.Timers > 0, Token);

    /// <summary>Lets the longest of the loop's timers run out so many times.</summary>
    private async Task TimePassesAsync(int times)
    {
        for (var i = 0; i < times; i++)
        {
            await RestsAsync();
            _clock.Advance(TimeSpan.FromSeconds(12));
        }
    }

    private Task CallsAsync(params string[] calls) =>
        Eventually.TrueAsync(() => _applier.Calls.SequenceEqual(calls, StringComparer.Ordinal), Token, string.Join(',', calls));
}
