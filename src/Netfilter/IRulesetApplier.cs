using Palisade.Dataplane;

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
