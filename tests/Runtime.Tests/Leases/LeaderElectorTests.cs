using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Kubernetes.Client;
using Palisade.Runtime.Leases;

namespace Palisade.Runtime.Tests.Leases;

public sealed class LeaderElectorTests(ApiServerFixture server)
{
    private static int _leases;
    private readonly string _name = $"lease-{Interlocked.Increment(ref _leases)}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_TwoCompete_OneLeadsAndTheOtherTakesOverWithinTwoSecondsOfItsEnd()
    {
        await using var first = Start("first");
        await Eventually.TrueAsync(() => first.Elector.IsLeader, Token);
        var clock = new ManualTimeProvider();
        await using var second = Start("second", clock: clock);
        // It has tried, and its only timer is that for the next try.
        await Eventually.TrueAsync(() => second.Waits && clock.Timers == 1, Token);
        second.Elector.IsLeader.ShouldBeFalse();

        await first.StopAsync();
        clock.Advance(TimeSpan.FromSeconds(2)); // The Lease lasts 15 s if it is not given up.

        await Eventually.TrueAsync(() => second.Elector.IsLeader, Token);
        first.Elector.IsLeader.ShouldBeFalse();
        (await LeaseAsync())!.Spec!.LeaseTransitions.ShouldBe(1);
    }

    [Fact]
    public async Task RunAsync_Cancelled_EndsTheWorkBeforeItGivesTheLeaseUp()
    {
        string? holderAtTheEnd = null;
        await using var run = Start(
            "me",
            lead: async token =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, token).ContinueWith(_ => { }, TaskScheduler.Default);
                holderAtTheEnd = (await LeaseAsync())!.Spec!.HolderIdentity;
                token.ThrowIfCancellationRequested();
            }
        );
        await Eventually.TrueAsync(() => run.Elector.IsLeader, Token);

        await run.StopAsync();

        holderAtTheEnd.ShouldBe("me");
        (await LeaseAsync())!.Spec!.HolderIdentity.ShouldBeNullOrEmpty();
    }

    [Fact]
    public async Task RunAsync_LeaseTakenByAnother_StopsTheWork()
    {
        await using var run = Start("me");
        await Eventually.TrueAsync(() => run.Elector.IsLeader, Token);

        await TakeAsync("thief");

        await Eventually.TrueAsync(() => !run.Elector.IsLeader, Token);
        await Eventually.TrueAsync(() => run.Stopped == 1, Token);
        (await LeaseAsync())!.Spec!.HolderIdentity.ShouldBe("thief");
    }

    [Fact]
    public async Task RunAsync_ApiServerGone_StopsTheWorkBeforeOthersMayTakeTheLease()
    {
        var clock = new ManualTimeProvider();
        var isGone = false;
        await using var faults = new FaultServer(exchange =>
            isGone ? Task.CompletedTask
            : exchange.Method == "GET" ? exchange.RefuseAsync(404, "NotFound")
            : exchange.RespondAsync(201, exchange.Body)
        );
        using var client = new KubernetesClient(faults.Options with { MaxAttempts = 1 });
        await using var run = Start("me", client, clock: clock);
        await Eventually.TrueAsync(() => run.Elector.IsLeader, Token);
        isGone = true;

        // The clock stops before the time at which others take the Lease, and with it whatever the elector does too late.
        var began = clock.GetTimestamp();
        await Eventually.TrueAsync(
            () =>
            {
                if (clock.GetElapsedTime(began) < TimeSpan.FromSeconds(14.5))
                {
                    clock.Advance(TimeSpan.FromSeconds(0.5));
                }

                return run.Stopped == 1;
            },
            Token
        );
    }

    [Fact]
    public async Task RunAsync_LeaseIsHereLongAfterItWasAskedFor_GivesUpByTheTimeOfAsking()
    {
        var clock = new ManualTimeProvider();
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var faults = new FaultServer(async exchange =>
        {
            if (!answer.Task.IsCompleted && exchange.Method == "GET")
            {
                await exchange.RefuseAsync(404, "NotFound");
            }
            else if (!answer.Task.IsCompleted)
            {
                await answer.Task;
                await exchange.RespondAsync(201, exchange.Body);
            }
        });
        using var client = new KubernetesClient(faults.Options with { MaxAttempts = 1 });
        await using var run = Start("me", client, clock: clock);
        await Eventually.TrueAsync(() => faults.Exchanges.Any(exchange => exchange.Method == "POST"), Token);
        clock.Advance(TimeSpan.FromSeconds(9));
        answer.SetResult();
        await Eventually.TrueAsync(() => run.Elector.IsLeader, Token);

        // Nobody answers any more. Others may take the Lease 15 s after it was written, which may have been as soon as it was asked for.
        var leads = clock.GetTimestamp();
        await Eventually.TrueAsync(
            () =>
            {
                if (clock.GetElapsedTime(leads) < TimeSpan.FromSeconds(5.5))
                {
                    clock.Advance(TimeSpan.FromSeconds(0.5));
                }

                return run.Stopped == 1;
            },
            Token
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RunAsync_WorkFails_FailsAndGivesTheLeaseUp(bool atOnce)
    {
        var broken = new InvalidOperationException("broken");
        var run = Start("me", lead: _ => atOnce ? throw broken : Task.FromException(broken));

        (await Should.ThrowAsync<InvalidOperationException>(() => run.Running)).Message.ShouldBe("broken");

        (await LeaseAsync())!.Spec!.HolderIdentity.ShouldBeNullOrEmpty();
    }

    [Fact]
    public async Task RunAsync_LeaseOfADeadProcess_IsTakenOnlyAfterItsDurationAsSeenHere()
    {
        var clock = new ManualTimeProvider();
        await TakeAsync("dead");
        await using var run = Start("me", clock: clock);
        await Eventually.TrueAsync(() => run.Waits, Token);
        run.Elector.IsLeader.ShouldBeFalse();

        await Eventually.TrueAsync(
            () =>
            {
                // Small steps, for the API server is to answer within 10 s of this clock.
                clock.Advance(TimeSpan.FromSeconds(0.2));
                return run.Elector.IsLeader;
            },
            Token
        );

        (clock.GetUtcNow() - new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(15));
    }

    [Fact]
    public void Constructor_DeadlineNotBelowDuration_IsRefused() =>
        Should.Throw<ArgumentException>(() =>
            new LeaderElector(
                server.Client,
                Options("me") with
                {
                    RenewDeadline = TimeSpan.FromSeconds(15),
                },
                NullLogger<LeaderElector>.Instance
            )
        );

    private LeaderElectionOptions Options(string identity) =>
        new()
        {
            Namespace = "default",
            Name = _name,
            Identity = identity,
        };

    private Task<V1Lease?> LeaseAsync() => server.Client.GetAsync<V1Lease>(_name, "default", Token);

    private async Task TakeAsync(string holder)
    {
        var lease = await LeaseAsync();
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var taken = new V1Lease
        {
            Metadata = new()
            {
                Name = _name,
                NamespaceProperty = "default",
                ResourceVersion = lease?.Metadata.ResourceVersion,
            },
            Spec = new V1LeaseSpec
            {
                HolderIdentity = holder,
                LeaseDurationSeconds = 15,
                AcquireTime = now,
                RenewTime = now,
            },
        };
        await (lease is null ? server.Client.CreateAsync(taken, Token) : server.Client.UpdateAsync(taken, Token));
    }

    private ElectorRun Start(
        string identity,
        IKubernetesClient? client = null,
        Func<CancellationToken, Task>? lead = null,
        TimeProvider? clock = null
    ) => new(client ?? server.Client, Options(identity), lead, clock ?? TimeProvider.System);
}
