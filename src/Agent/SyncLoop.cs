using System.Collections.Immutable;
using Palisade.Agent.Cluster;
using Palisade.Agent.Health;
using Palisade.Dataplane;
using Palisade.Netfilter;
using Palisade.Policy;

namespace Palisade.Agent;

/// <summary>
/// Keeps the node's kernel in line with the cluster. One pass takes a snapshot, compiles it and writes what differs; a change of the
/// cluster makes the next pass due, a timer the next reading back. Passes never run beside each other.
/// </summary>
/// <remarks>
/// Nothing is written before all caches are complete: a half-known cluster would close what is open, or open what is closed. When a pass
/// fails, or the agent ends, the rules written last stay in force.
/// </remarks>
public sealed partial class SyncLoop(
    IClusterSource cluster,
    IRulesetApplier applier,
    SyncLoopOptions options,
    Readiness readiness,
    IRepairReporter repairs,
    AgentMetrics metrics,
    ILogger<SyncLoop> logger,
    TimeProvider clock
)
{
    private readonly ILogger _logger = logger;
    private readonly PolicyCompiler _compiler = new(options.NodeName, options.Dataplane);
    private readonly ContainedApplier _applier = new(applier, options.Dataplane.Limits);
    private readonly KernelReport _kernel = new(options.Offered, readiness, metrics);
    private LastGoodPolicies? _policies;
    private volatile EnforcedState? _enforced;
    private ImmutableArray<CompileProblem> _problems = [];
    private long? _verifiedAt;
    private long? _probedAt;

    // What others changed, until it is repaired and reported.
    private IReadOnlyList<string> _broken = [];
    private string? _leftover;

    /// <summary>What the kernel was last brought in line with; null before the first pass. May be asked from any thread.</summary>
    public EnforcedState? Enforced => _enforced;

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(DirtySignal signal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(signal);
        await WaitForCachesAsync(cancellationToken);

        var failures = 0;
        long? marked = signal.Take() ?? clock.GetTimestamp();
        while (true)
        {
            var began = clock.GetTimestamp();
            if (await PassAsync(marked, cancellationToken))
            {
                failures = 0;
                // As long a rest as there was work, up to a limit: a storm of changes leaves others some of the processor, and a single change after a
                // quiet time waits for none of it.
                await Task.Delay(Least(clock.GetElapsedTime(began), options.MaxRest), clock, cancellationToken);
                marked = await signal.WaitAsync(UntilVerification(), cancellationToken);
            }
            else
            {
                await Task.Delay(options.Backoff.Delay(failures++), clock, cancellationToken);
                marked = signal.Take() ?? marked ?? began;
            }
        }
    }

    /// <summary>Makes one pass over a snapshot, with reading back.</summary>
    /// <returns>Whether the kernel now holds what the cluster asks for.</returns>
    public async Task<bool> PassOnceAsync(CancellationToken cancellationToken) => await PassAsync(clock.GetTimestamp(), cancellationToken);

    private async Task WaitForCachesAsync(CancellationToken cancellationToken)
    {
        var synced = cluster.WaitForSyncAsync(cancellationToken);
        while (!synced.IsCompleted)
        {
            readiness.SetNotReady(
                ReadinessCheck.Caches,
                $"waiting for the API server to list {string.Join(", ", cluster.Unsynced)}; rules stay as they are"
            );
            await Task.WhenAny(synced, Task.Delay(options.VerifyInterval, clock, cancellationToken));
        }
        await synced;
        readiness.SetReady(ReadinessCheck.Caches);
    }

    private async Task<bool> PassAsync(long? marked, CancellationToken cancellationToken)
    {
        Check(ReadinessCheck.Freshness, cluster.AgeProblem);
        Check(ReadinessCheck.Audit, cluster.AuditProblem);
        try
        {
            var retry = await RetryLackingAsync(cancellationToken);
            marked ??= retry || NodeChanged() ? clock.GetTimestamp() : null;
            var result = new ApplyResult();
            if (marked is { } since)
            {
                result = await WriteAsync(cancellationToken);
                metrics.Enforced(clock.GetElapsedTime(since));
            }
            // The kernel acknowledged every set entry; reading all back after each would cost more than it did.
            if (result.ChainsChanged > 0 || UntilVerification() == TimeSpan.Zero)
            {
                await VerifyAsync(cancellationToken);
            }
            return true;
        }
        catch (NetfilterException e)
        {
            metrics.Failed();
            readiness.SetNotReady(ReadinessCheck.Rules, $"{e.Message}; the rules written last stay in force");
            return false;
        }
    }

    private async Task<ApplyResult> WriteAsync(CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        var snapshot = cluster.Snapshot();
        var (compiled, last) = (began, _enforced?.Ruleset ?? new());
        var (ruleset, result) = await ApplyAsync();
        _policies!.Enforced();
        ReportRepair();
        var written = clock.GetTimestamp();
        metrics.Applied(clock.GetElapsedTime(began, compiled), clock.GetElapsedTime(compiled, written), result);
        if (result.Changed)
        {
            // Pods come and go all day; that chains change is worth a line.
            var level = result.ChainsChanged > 0 ? LogLevel.Information : LogLevel.Debug;
            var took = clock.GetElapsedTime(began, written).TotalMilliseconds;
            LogApplied(level, result.SetEntriesChanged, result.SetsChanged, result.ChainsChanged, took);
        }
        _enforced = new EnforcedState(snapshot, ruleset);
        readiness.SetReady(ReadinessCheck.Rules);
        if (result.Tightened)
        {
            options.OnTightened();
        }
        return result;

        async Task<(Ruleset, ApplyResult)> ApplyAsync()
        {
            try
            {
                return await _applier.ApplyAsync(limits => last = Compile(snapshot, limits, out compiled), cancellationToken);
            }
            finally
            {
                // What was found wrong on the way counts also when the rest failed.
                Report(last.Problems);
            }
        }
    }

    private Ruleset Compile(ClusterSnapshot snapshot, KernelLimits limits, out long compiled)
    {
        _compiler.Limits = limits;
        var ruleset = options.AdaptToNode((_policies ??= new(_compiler.Compile)).Compile(snapshot));
        compiled = clock.GetTimestamp();
        return ruleset;
    }

    /// <summary>Now and then tries again what the kernel lacked; whether there is anything to write for it.</summary>
    private async Task<bool> RetryLackingAsync(CancellationToken cancellationToken)
    {
        _probedAt ??= clock.GetTimestamp();
        var limits = _applier.Limits;
        if (limits.IsNone && _kernel.IsComplete || clock.GetElapsedTime(_probedAt.Value) < options.RetryLacking)
        {
            return false;
        }
        _probedAt = clock.GetTimestamp();
        var changed = !limits.RefusedChains.IsEmpty;
        var lacking = limits.Lacking;
        if (options.Probe is not null && await options.Probe(cancellationToken) is { Problems.Count: 0 } offered)
        {
            lacking = offered.Lacking;
            changed |= _kernel.Probed(offered) | !lacking.SetEquals(limits.Lacking);
        }
        _applier.Limits = changed ? new() { Lacking = lacking } : limits;
        return changed;
    }

    private async Task VerifyAsync(CancellationToken cancellationToken)
    {
        var found = await applier.VerifyAsync(cancellationToken);
        if (!found.IsIntact)
        {
            _broken = found.Differences;
            await applier.ApplyAsync(_enforced!.Ruleset, cancellationToken);
            ReportRepair();
            found = await applier.VerifyAsync(cancellationToken);
        }
        if (found.Census is { } census)
        {
            metrics.Kernel.Read(census);
        }
        if (found.IsIntact)
        {
            readiness.SetReady(ReadinessCheck.Verification);
        }
        else
        {
            readiness.SetNotReady(
                ReadinessCheck.Verification,
                $"rules do not stay as written, another program changes them: {found.Differences[0]}"
            );
        }
        ReportLeftover(found.Leftover);
        _verifiedAt = clock.GetTimestamp();
        Check(ReadinessCheck.BridgeNetfilter, options.CheckBridge());
    }

    /// <summary>Enforcement does not depend on it, so it is logged only, and once.</summary>
    private void ReportLeftover(string? reason)
    {
        if (reason is not null && reason != _leftover)
        {
            LogLeftover(reason);
        }
        _leftover = reason;
    }

    /// <summary>Whatever was found changed is repaired by the first apply that succeeds.</summary>
    private void ReportRepair()
    {
        if (_broken.Count > 0)
        {
            repairs.Repaired(_broken);
            metrics.Repaired();
            _broken = [];
        }
    }

    /// <summary>Logs what is newly wrong with policies; what was wrong before was said then.</summary>
    private void Report(ImmutableArray<CompileProblem> problems)
    {
        foreach (var problem in problems.Except(_problems))
        {
            LogProblem(problem.Policy, problem.Field, problem.Value, problem.Message);
        }
        _problems = problems;
        metrics.Uncompiled(problems.Select(problem => problem.Policy).Distinct(StringComparer.Ordinal).Count());
        _kernel.Refused([.. problems.Where(problem => problem.Lacks is not null)]);
    }

    /// <summary>Whether the node is no longer as it was at the last write.</summary>
    private bool NodeChanged() => _enforced is { Ruleset: var written } && options.AdaptToNode(written) != written;

    private TimeSpan UntilVerification()
    {
        var left = _verifiedAt is { } verified ? options.VerifyInterval - clock.GetElapsedTime(verified) : TimeSpan.Zero;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private void Check(ReadinessCheck check, string? problem)
    {
        if (problem is not null)
        {
            readiness.SetNotReady(check, problem);
        }
        else
        {
            readiness.SetReady(check);
        }
    }

    private static TimeSpan Least(TimeSpan left, TimeSpan right) => left < right ? left : right;

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "NetworkPolicy {Policy}: {Field}: \"{Value}\": {Problem}; its last good content stays in force, or it allows nothing when there is none"
    )]
    private partial void LogProblem(string policy, string field, string value, string problem);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Rules that an earlier run may have left in the other iptables backend cannot be removed, and stay in force: {Reason}; it is tried again"
    )]
    private partial void LogLeftover(string reason);

    [LoggerMessage(Message = "Wrote {Entries} set entries, {Sets} sets and {Chains} chains in {Milliseconds:F1} ms")]
    private partial void LogApplied(LogLevel level, int entries, int sets, int chains, double milliseconds);
}
