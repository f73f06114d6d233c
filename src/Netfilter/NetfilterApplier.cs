using System.Collections.Immutable;
using Palisade.Dataplane;
using Palisade.Dataplane.Kernel;
using Palisade.Dataplane.Planning;
using Palisade.Dataplane.Rendering;
using Palisade.Netfilter.Netlink;
using Palisade.Policy.Net;

namespace Palisade.Netfilter;

/// <summary>Brings the kernel's rules and sets to what a ruleset says. All but <see cref="CutRevokedAsync"/> is for one caller at a time.</summary>
/// <remarks>
/// All state is the kernel's: it is read once, then mirrored with every step that was written, and read again after an error or when
/// <see cref="VerifyAsync"/> finds it changed. So a restart finds what is there and writes only what differs. In which order things
/// are written, and why nothing passes meanwhile that should not, is <see cref="ApplyPlanner"/>'s to say.
/// </remarks>
public sealed class NetfilterApplier : IRulesetApplier
{
    /// <summary>A plan may leave something to the next one; more than a few in a row would be a mistake of the planner's.</summary>
    private const int MaxPlans = 8;

    private const int MaxDestroys = 10;
    private static readonly TimeSpan BetweenDestroys = TimeSpan.FromMilliseconds(100);

    private readonly NetfilterOptions _options;
    private readonly ToolRunner _runner;
    private ImmutableArray<IpFamily> _families;
    private volatile KernelConnection? _connection;
    private KernelState? _kernel;
    private volatile Ruleset? _applied;

    // What is being written, or was last: what it allows may be open before all of it is written.
    private volatile Ruleset? _wanted;

    // Why rules of an earlier run may still be in the other backend; null when none are.
    private string? _leftover = "not looked for yet";

    /// <summary>Makes an applier; nothing is read or written yet.</summary>
    public NetfilterApplier(NetfilterOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _families = options.Families ?? NetfilterProbe.KernelFamilies();
        _runner = new ToolRunner(options);
    }

    /// <summary>Enforces these families from the next <see cref="ApplyAsync(Ruleset, CancellationToken)"/> on; rules of others stay as they are.</summary>
    public void UseFamilies(ImmutableArray<IpFamily> families)
    {
        if (!families.SequenceEqual(_families))
        {
            (_families, _connection, _kernel) = (families, null, null);
        }
    }

    /// <summary>Writes what differs; writes nothing when nothing does.</summary>
    /// <exception cref="NetfilterException">The kernel refused; what was there before stays in force, and the next call starts from what the kernel holds.</exception>
    public async Task<ApplyResult> ApplyAsync(Ruleset ruleset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ruleset);
        var isFirst = _applied is null;

        // After a failure it is not known what was written of it.
        var isUncertain = _kernel is null;
        _wanted = ruleset;
        var connection = await ConnectAsync(cancellationToken);
        var mirror = _kernel ?? await connection.Reader.ReadAsync(ruleset.Options.MarkMask, cancellationToken);

        // Only a state that every step of was seen to succeed is trusted afterwards.
        _kernel = null;
        var result = await ApplyAsync(ruleset, connection, mirror, cancellationToken);
        _kernel = mirror;
        _applied = ruleset;
        if (isFirst)
        {
            await TryLeaveOtherAsync(connection, cancellationToken);
        }

        return isUncertain ? result with { Tightened = true } : result;
    }

    /// <summary>What <see cref="ApplyAsync(Ruleset, CancellationToken)"/> would write, as human-readable text; writes nothing.</summary>
    /// <exception cref="NetfilterException">The kernel could not be read.</exception>
    public async Task<string> PlanAsync(Ruleset ruleset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ruleset);
        var connection = await ConnectAsync(cancellationToken);
        var mirror = await connection.Reader.ReadAsync(ruleset.Options.MarkMask, cancellationToken);
        return PlanRenderer.Render(ruleset, mirror, _options.KeepUnusedClasses);
    }

    /// <summary>
    /// Reads the kernel and compares it with what was last written or read. What differs is repaired by the next
    /// <see cref="ApplyAsync(Ruleset, CancellationToken)"/>. Tries once more to remove what an earlier run left in the other backend, if that failed.
    /// </summary>
    /// <exception cref="NetfilterException">The kernel could not be read.</exception>
    public async Task<VerifyResult> VerifyAsync(CancellationToken cancellationToken)
    {
        if (_applied is null || _kernel is null)
        {
            return new VerifyResult([]);
        }

        var connection = await ConnectAsync(cancellationToken);
        var found = await connection.Reader.ReadAsync(_applied.Options.MarkMask, cancellationToken);
        var differences = KernelComparison.Compare(_kernel, found);
        if (differences.Count > 0)
        {
            _kernel = found;
        }

        if (_leftover is not null)
        {
            await TryLeaveOtherAsync(connection, cancellationToken);
        }

        return new VerifyResult(differences) { Census = KernelCensus.From(_applied, found), Leftover = _leftover };
    }

    /// <summary>
    /// Cuts the open connections of local pods that the rules applied last would not allow; all others live on. Connections
    /// that begin or end at the node itself are not judged. It looks through all connections that the kernel tracks, and may run
    /// beside <see cref="ApplyAsync(Ruleset, CancellationToken)"/>.
    /// </summary>
    /// <returns>How many were cut.</returns>
    /// <exception cref="NetfilterException">The kernel could not be read or written.</exception>
    public async Task<int> CutRevokedAsync(CancellationToken cancellationToken)
    {
        if (_applied is not { } ruleset || _connection is not { } connection)
        {
            return 0;
        }

        var cut = 0;
        NetfilterException? failure = null;
        var revocation = new Revocation(ruleset, () => _wanted!, _runner, () => new NetlinkChannel());
        foreach (var family in connection.Iptables.Keys)
        {
            try
            {
                cut += await revocation.CutAsync(family, cancellationToken);
            }
            catch (NetfilterException e)
            {
                // The other family's are cut all the same.
                failure = e;
            }
        }

        return failure is null ? cut : throw failure;
    }

    /// <summary>Removes every rule, chain and set of Palisade's, of both backends, and nothing else.</summary>
    /// <exception cref="NetfilterException">The kernel refused.</exception>
    public async Task<ApplyResult> CleanupAsync(CancellationToken cancellationToken)
    {
        (_kernel, _applied) = (null, null);
        var connection = await ConnectAsync(cancellationToken);
        await LeaveAsync(Other(connection.Backend), cancellationToken);
        var mirror = await connection.Reader.ReadAsync(DataplaneOptions.Default.MarkMask, cancellationToken);
        var executor = new PlanExecutor(connection, new Ruleset(), mirror);
        foreach (var step in ApplyPlanner.PlanCleanup(mirror).Steps)
        {
            await executor.ExecuteAsync(step, cancellationToken);
        }

        // nf_tables lets go of the sets of deleted rules a moment after it has deleted them.
        for (var tries = 0; tries < MaxDestroys && executor.Busy.Count > 0; tries++)
        {
            await Task.Delay(BetweenDestroys, cancellationToken);
            await executor.RetryDestroyAsync(cancellationToken);
        }

        return executor.Result with
        {
            PendingDestroys = executor.Busy.Count,
        };
    }

    private async Task<ApplyResult> ApplyAsync(
        Ruleset ruleset,
        KernelConnection connection,
        KernelState mirror,
        CancellationToken cancellationToken
    )
    {
        var executor = new PlanExecutor(connection, ruleset, mirror);
        for (var round = 0; round < MaxPlans; round++)
        {
            var plan = ApplyPlanner.Plan(ruleset, mirror, _options.KeepUnusedClasses);
            if (!plan.Conflicts.IsEmpty)
            {
                throw new NetfilterException(string.Join("; ", plan.Conflicts));
            }

            if (plan.Steps.All(step => step is DestroyBatch destroy && destroy.Names.All(executor.Busy.Contains)))
            {
                return executor.Result with { PendingDestroys = executor.Busy.Count };
            }

            foreach (var step in plan.Steps)
            {
                await executor.ExecuteAsync(step, cancellationToken);
            }
        }

        throw new NetfilterException(
            $"the rules did not settle within {MaxPlans} plans: another program may be writing Palisade's chains or sets"
        );
    }

    private async Task<KernelConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        if (_connection is null)
        {
            var (backend, _) = await new BackendDetection(_runner, _options).FindAsync(cancellationToken);
            _connection = new KernelConnection(_runner, _options, backend, _families);
        }

        return _connection;
    }

    /// <summary>What is wrong with the other backend does not keep this one from enforcing.</summary>
    private async Task TryLeaveOtherAsync(KernelConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await LeaveAsync(Other(connection.Backend), cancellationToken);
            _leftover = null;
        }
        catch (NetfilterException e)
        {
            _leftover = e.Message;
        }
    }

    /// <summary>Removes rules that an earlier run left in the other backend; the sets are shared and stay.</summary>
    private async Task LeaveAsync(NetfilterBackend backend, CancellationToken cancellationToken)
    {
        var detection = new BackendDetection(_runner, _options);
        var connection = new KernelConnection(_runner, _options, backend, _families);
        foreach (var family in connection.Iptables.Keys)
        {
            var tables = family == IpFamily.IPv4 ? "ip_tables_names" : "ip6_tables_names";
            if (backend == NetfilterBackend.Legacy && !await detection.HasLegacyMangleAsync(tables, cancellationToken))
            {
                continue;
            }

            var state = new KernelState();
            state.Families[family] = await connection.Reader.ReadRulesAsync(family, cancellationToken);
            var executor = new PlanExecutor(connection, new Ruleset(), state);
            foreach (var step in ApplyPlanner.PlanCleanup(state).Steps)
            {
                await executor.ExecuteAsync(step, cancellationToken);
            }
        }
    }

    private static NetfilterBackend Other(NetfilterBackend backend) =>
        backend == NetfilterBackend.Legacy ? NetfilterBackend.Nft : NetfilterBackend.Legacy;
}
