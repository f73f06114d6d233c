using Palisade.Dataplane;

namespace Palisade.Netfilter;

/// <summary>Brings the kernel's rules and sets to what a ruleset says. Not to be used by several callers at once.</summary>
public sealed class NetfilterApplier(NetfilterOptions options) : IRulesetApplier
{
    private readonly NetfilterOptions _options = options ?? throw new ArgumentNullException(nameof(options));

    /// <summary>Writes what differs; writes nothing when nothing does.</summary>
    /// <exception cref="NetfilterException">The kernel refused; what was there before stays in force, and the next call starts from what the kernel holds.</exception>
    public Task<ApplyResult> ApplyAsync(Ruleset ruleset, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"not built yet ({_options.Backend}, {ruleset})");

    /// <summary>What <see cref="ApplyAsync"/> would write, as text for people; writes nothing.</summary>
    /// <exception cref="NetfilterException">The kernel could not be read.</exception>
    public Task<string> PlanAsync(Ruleset ruleset, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"not built yet ({_options.Backend}, {ruleset})");

    /// <summary>Reads the kernel and compares it with what was last applied.</summary>
    /// <exception cref="NetfilterException">The kernel could not be read.</exception>
    public Task<VerifyResult> VerifyAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException($"not built yet ({_options.Backend})");

    /// <summary>Removes every rule, chain and set of Palisade's, of both backends, and nothing else.</summary>
    /// <exception cref="NetfilterException">The kernel refused.</exception>
    public Task<ApplyResult> CleanupAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException($"not built yet ({_options.Backend})");
}
