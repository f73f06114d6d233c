using Palisade.Dataplane;

namespace Palisade.Netfilter;

/// <summary>
/// Keeps what the kernel does not take of one policy from holding up all others: chains that it refuses are handed back to the compilation, which
/// leaves them out, and everything else is written.
/// </summary>
/// <param name="applier">Writes to the kernel.</param>
/// <param name="limits">What the kernel is known not to take.</param>
public sealed class ContainedApplier(IRulesetApplier applier, KernelLimits limits)
{
    /// <summary>Tries for one application; what was found by then is known to the next one.</summary>
    private const int MaxTries = 16;

    /// <summary>What the kernel is known not to take; may be set to try again.</summary>
    public KernelLimits Limits { get; set; } = limits;

    /// <summary>Writes what the compilation gives for a kernel with these limits, and compiles again when that shows more of them.</summary>
    /// <returns>What was written, and what that took.</returns>
    /// <exception cref="NetfilterException">The kernel refused something that is of no single policy; what was there before stays in force.</exception>
    public async Task<(Ruleset Ruleset, ApplyResult Result)> ApplyAsync(
        Func<KernelLimits, Ruleset> compile,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(compile);
        for (var tries = 1; ; tries++)
        {
            var ruleset = compile(Limits);
            try
            {
                return (ruleset, await applier.ApplyAsync(ruleset, cancellationToken));
            }
            catch (NetfilterException e) when (e.Refusals.Count > 0)
            {
                var refused = e.Refusals.SelectMany(refusal => ChainsOf(ruleset, refusal)).ToList();
                if (refused.Count == 0)
                {
                    throw;
                }

                Limits = Limits with { RefusedChains = Limits.RefusedChains.SetItems(refused) };
                if (tries == MaxTries)
                {
                    throw;
                }
            }
        }
    }

    private static IEnumerable<KeyValuePair<string, ChainRefusal>> ChainsOf(Ruleset ruleset, KernelRefusal refusal) =>
        Names.IsOwnChain(refusal.Name)
            ? ruleset
                .Chains.Where(chain => chain.Name == refusal.Name)
                .Select(chain => KeyValuePair.Create(chain.Name, new ChainRefusal(refusal.Rule, refusal.Reason)))
            : from chain in ruleset.Chains
            let rule = chain.IPv4.Concat(chain.IPv6).FirstOrDefault(rule => rule.Sets.Any(lookup => lookup.Set == refusal.Name))
            where rule is not null
            select KeyValuePair.Create(chain.Name, new ChainRefusal(rule.ToString(), refusal.Reason));
}
