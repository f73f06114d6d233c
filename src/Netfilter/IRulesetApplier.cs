using Palisade.Dataplane;
using Palisade.Dataplane.Kernel;

namespace Palisade.Netfilter;

/// <summary>Brings the kernel's rules and sets to what a ruleset says. Not to be used by several callers at once.</summary>
public interface IRulesetApplier
{
    /// <summary>Writes what differs; writes nothing when nothing does.</summary>
    /// <exception cref="NetfilterException">The kernel refused; what was there before stays in force, and the next call starts from what the kernel holds.</exception>
    Task<ApplyResult> ApplyAsync(Ruleset ruleset, CancellationToken cancellationToken);

    /// <summary>What <see cref="ApplyAsync"/> would write, as human-readable text; writes nothing.</summary>
    /// <exception cref="NetfilterException">The kernel could not be read.</exception>
    Task<string> PlanAsync(Ruleset ruleset, CancellationToken cancellationToken);

    /// <summary>Reads the kernel and compares it with what was last applied.</summary>
    /// <exception cref="NetfilterException">The kernel could not be read.</exception>
    Task<VerifyResult> VerifyAsync(CancellationToken cancellationToken);

    /// <summary>Cuts the open connections of local pods that the rules applied last would not allow; all others live on.</summary>
    /// <returns>How many were cut.</returns>
    /// <exception cref="NetfilterException">The kernel could not be read or written.</exception>
    Task<int> CutRevokedAsync(CancellationToken cancellationToken);

    /// <summary>Removes every rule, chain and set of Palisade's, of both backends, and nothing else.</summary>
    /// <exception cref="NetfilterException">The kernel refused.</exception>
    Task<ApplyResult> CleanupAsync(CancellationToken cancellationToken);
}

/// <summary>What an apply did.</summary>
public sealed record ApplyResult
{
    /// <summary>Whether anything was written.</summary>
    public bool Changed => SetEntriesChanged > 0 || SetsChanged > 0 || ChainsChanged > 0;

    /// <summary>Set entries added, deleted or given another class.</summary>
    public int SetEntriesChanged { get; init; }

    /// <summary>Sets created or destroyed.</summary>
    public int SetsChanged { get; init; }

    /// <summary>Chains written or removed, hooks included; 0 means that no iptables-restore ran.</summary>
    public int ChainsChanged { get; init; }

    /// <summary>
    /// Whether something may pass no longer that passed before, so that open connections are worth a look
    /// (<see cref="IRulesetApplier.CutRevokedAsync"/>). Always so for an applier's first apply: it does not know what came before.
    /// </summary>
    public bool Tightened { get; init; }

    /// <summary>Sets that are no longer needed but are still in use by the kernel; the next apply tries again.</summary>
    public int PendingDestroys { get; init; }
}

/// <summary>What reading back found.</summary>
/// <param name="Differences">What is not as it was written, a sentence each; empty when all is.</param>
public sealed record VerifyResult(IReadOnlyList<string> Differences)
{
    /// <summary>How much the kernel holds, and what its rules have counted; null when it was not read.</summary>
    public KernelCensus? Census { get; init; }

    /// <summary>Why rules that an earlier run left in the other backend could not be looked for or removed, which is tried again; null when none are there.</summary>
    public string? Leftover { get; init; }

    /// <summary>Whether the kernel holds what was written.</summary>
    public bool IsIntact => Differences.Count == 0;
}
