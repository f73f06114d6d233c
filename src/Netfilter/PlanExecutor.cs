using System.Collections.Immutable;
using Palisade.Dataplane;
using Palisade.Dataplane.Kernel;
using Palisade.Dataplane.Planning;
using Palisade.Dataplane.Rendering;
using Palisade.Policy.Net;

namespace Palisade.Netfilter;

/// <summary>Carries out plans, and keeps the mirror of the kernel up to date with each step.</summary>
internal sealed class PlanExecutor(KernelConnection connection, Ruleset ruleset, KernelState mirror)
{
    /// <summary>Sets that could not be destroyed, since the kernel still uses them.</summary>
    public HashSet<string> Busy { get; } = new(StringComparer.Ordinal);

    /// <summary>What was done so far.</summary>
    public ApplyResult Result { get; private set; } = new();

    /// <summary>Carries out the step.</summary>
    public async Task ExecuteAsync(PlanStep step, CancellationToken cancellationToken)
    {
        switch (step)
        {
            case SetBatch batch:
                await connection.Ipset.RestoreAsync(batch.Commands, ruleset.Options, cancellationToken);
                Count(batch);
                break;
            case RulesTransaction transaction:
                await WriteAsync(transaction, cancellationToken);
                break;
            case DestroyBatch destroy:
                await DestroyAsync(destroy, cancellationToken);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(step), step, "unknown step");
        }
    }

    /// <summary>Tries once more to destroy what could not be destroyed.</summary>
    public async Task RetryDestroyAsync(CancellationToken cancellationToken)
    {
        var names = Busy.Order(StringComparer.Ordinal).ToImmutableArray();
        Busy.Clear();
        await DestroyAsync(new DestroyBatch(names), cancellationToken);
    }

    private void Count(SetBatch batch)
    {
        var entries = 0;
        var tightened = false;
        foreach (var command in batch.Commands)
        {
            tightened |= command is RemoveEntry || (command is PutEntry put && (IsThere(put) || IsolatesWhatWasOpen(put)));
            mirror.Apply(command);
            entries += command is PutEntry or RemoveEntry ? 1 : 0;
        }

        Result = Result with
        {
            SetEntriesChanged = Result.SetEntriesChanged + entries,
            SetsChanged = Result.SetsChanged + batch.Commands.Length - entries,
            Tightened = Result.Tightened || tightened,
        };
    }

    private bool IsThere(PutEntry put) => mirror.Sets.TryGetValue(put.Name, out var set) && set.Entries.ContainsKey(put.Entry);

    /// <summary>Whether a pod gets a class that could open any connection as long as nothing was known of it.</summary>
    private bool IsolatesWhatWasOpen(PutEntry put) =>
        put.Class != ClassNumber.Open
        && Enum.GetValues<Direction>()
            .Any(direction =>
                put.Name == Names.ClassMap(put.Family, direction)
                && !ruleset.DropsUnknown(direction, new IpAddress(put.Family, put.Entry.Address))
            );

    /// <summary>
    /// Writes, and reads back: some versions of the tools exit with 0 and have not done all of it. What is read back is also what
    /// the chains are compared with later.
    /// </summary>
    private async Task WriteAsync(RulesTransaction transaction, CancellationToken cancellationToken)
    {
        await RestoreAsync(transaction, cancellationToken);
        var read = await connection.Reader.ReadRulesAsync(transaction.Family, cancellationToken);
        mirror.Families[transaction.Family] = read;
        foreach (var change in transaction.Tables)
        {
            var table = read.Table(change.Table);
            var wrong = change.Writes.FirstOrDefault(chain => !(table.Chains.TryGetValue(chain.Name, out var held) && held.Holds(chain)));
            if (wrong is not null)
            {
                throw new NetfilterException(
                    $"{transaction.Family} chain {wrong.Name} does not hold what was written into table {change.Table}: another program writes there, or iptables is broken"
                );
            }

            var chains = change.Writes.Length + change.Deletes.Length + change.HookInserts.Length + change.HookDeletes.Length;
            Result = Result with { ChainsChanged = Result.ChainsChanged + chains, Tightened = true };
        }
    }

    private async Task RestoreAsync(RulesTransaction transaction, CancellationToken cancellationToken)
    {
        var iptables = connection.Iptables[transaction.Family];
        try
        {
            await iptables.RestoreAsync(RulesRenderer.Render(transaction), cancellationToken);
        }
        catch (NetfilterException e) when (e.Said?.Contains("xtables lock", StringComparison.Ordinal) != true)
        {
            var refusals = await new RefusalFinder(iptables).FindAsync(transaction, cancellationToken);
            if (refusals.Count == 0)
            {
                throw;
            }

            throw new NetfilterException(Describe(refusals), e) { Refusals = refusals };
        }
    }

    private string Describe(IReadOnlyList<KernelRefusal> refusals) =>
        string.Join(
            "; ",
            refusals.Select(refusal =>
            {
                var policies = ruleset.Owners.Where(owner => owner.Chain == refusal.Name).Select(owner => owner.Policy);
                return $"the kernel does not take what NetworkPolicy {string.Join(", ", policies)} allows: {refusal.Rule ?? refusal.Name}: {refusal.Reason}";
            })
        );

    private async Task DestroyAsync(DestroyBatch destroy, CancellationToken cancellationToken)
    {
        var busy = await connection.Ipset.DestroyAsync([.. destroy.Names.Where(name => !Busy.Contains(name))], cancellationToken);
        Busy.UnionWith(busy);
        foreach (var name in destroy.Names.Where(name => !Busy.Contains(name)))
        {
            mirror.Apply(new DestroySet(name));
            Result = Result with { SetsChanged = Result.SetsChanged + 1 };
        }
    }
}
