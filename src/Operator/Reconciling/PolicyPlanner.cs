using Palisade.Operator.Caches;
using Palisade.Operator.Planning;
using Palisade.Operator.Sources;
using Palisade.Operator.Statuses;
using Palisade.Policy.Expansion;
using Palisade.Policy.Validation;

namespace Palisade.Operator.Reconciling;

/// <summary>Makes the plan for a custom resource: each of its generations is validated and expanded once, and again only when the cluster asks for it.</summary>
internal sealed class PolicyPlanner(
    OperatorCaches caches,
    ClusterContext context,
    NetworkPolicyTrimmer specs,
    StampReconciler reconciler,
    TimeProvider clock
)
{
    /// <summary>
    /// Reads a custom resource, if it has changed. Of an invalid one the last valid form goes on to be kept up, drift repaired; where none was
    /// seen, what stands when it is first looked at.
    /// </summary>
    public void Read(PolicySource source, PolicyState state)
    {
        var seen = (source.Metadata.Uid, source.Metadata.Generation, source.IsDeleting, source.IsOrphaning);
        if (state.Seen == seen)
        {
            return;
        }

        if (state.Seen?.Uid != seen.Uid)
        {
            state.Outcomes.Clear();
            (state.Source, state.KnowsDnsByConvention) = (null, false);
        }

        (state.IsGone, state.Seen) = (false, seen);
        // What the status says was stamped for another spec, or nothing was yet: so it is not as it was last resolved anyway.
        state.KnowsDnsByConvention |= source.Status?.ObservedGeneration != source.Metadata.Generation;
        var errors = source.IsDeleting ? [] : source.Validate().Where(finding => finding.Severity == FindingSeverity.Error).ToList();
        state.Invalid = errors.Count > 0 ? RejectionMessage.Format(source.Kind, source.Key.Name, errors) : null;
        state.Source = errors.Count == 0 ? source : state.Source ?? new StandingSource(source, Standing(source));
    }

    /// <summary>The custom resource is gone: what it stamped is to be removed.</summary>
    public static void ReadGone(PolicySource source, PolicyState state)
    {
        if (!state.IsGone)
        {
            (state.IsGone, state.Seen, state.Invalid, state.Source) = (true, null, null, source);
        }
    }

    /// <summary>When the custom resource, or what of the cluster it depends on, asks for something else, every namespace is to be looked at.</summary>
    /// <returns>The namespaces to look at.</returns>
    public IReadOnlyList<string> Plan(PolicyState state)
    {
        var (source, now, before) = (state.Source!, context.Current, state.Outcomes.Plan);
        if (before?.AreFor(source, now) == true)
        {
            return [];
        }

        var plan = Expand(source, state, now, before);
        if (before is not null && plan.SaySame(before))
        {
            state.Outcomes.Continue(plan);
            return [];
        }

        state.PlannedAt = clock.GetUtcNow();
        var concerned =
            from target in caches.Namespaces.List()
            let isMatched = source.Selects(target)
            where isMatched || reconciler.IsStamped(source, target.Name)
            select (target.Name, isMatched);
        return state.Outcomes.Begin(plan, concerned);
    }

    /// <summary>What the custom resource has stamped, as the cache shows it.</summary>
    private Dictionary<string, V1NetworkPolicy> Standing(PolicySource source)
    {
        var standing = new Dictionary<string, V1NetworkPolicy>(StringComparer.Ordinal);
        foreach (var policy in caches.Policies.List())
        {
            if (OwnershipRule.Classify(policy, source.Kind, source.Metadata) == Ownership.Ours)
            {
                standing.TryAdd(policy.Metadata.NamespaceProperty!, policy);
            }
        }

        return standing;
    }

    private Expansions Expand(PolicySource source, PolicyState state, ExpansionContext now, Expansions? before)
    {
        if (!state.KnowsDnsByConvention && now.Entities.DnsResolution == DnsResolution.Convention)
        {
            var doubtful = new Expansions(source, now, specs, before) { KnowsDnsByConvention = false };
            if (!reconciler.AnyIsAsExpanded(doubtful))
            {
                return doubtful;
            }
        }

        state.KnowsDnsByConvention = true;
        return new Expansions(source, now, specs, before);
    }
}

/// <summary>
/// What is remembered of one custom resource. Losing it costs one look at every namespace, nothing else. Only the reconciliation of the custom
/// resource itself writes here, of which there is never more than one at a time; the outcomes aside.
/// </summary>
internal sealed class PolicyState
{
    public NamespaceOutcomes Outcomes { get; } = new();

    public LastStatus LastStatus { get; } = new();

    /// <summary>Which state of the custom resource was last read; null for none.</summary>
    public (string? Uid, long? Generation, bool IsDeleting, bool IsOrphaning)? Seen { get; set; }

    /// <summary>What is gone by: the custom resource as it last was when it was valid, or what takes its place.</summary>
    public PolicySource? Source { get; set; }

    /// <summary>Why the spec is invalid, human-readable; null when it is valid.</summary>
    public string? Invalid { get; set; }

    /// <summary>Whether the custom resource is gone, and only what it stamped is left to be removed.</summary>
    public bool IsGone { get; set; }

    /// <summary>When all namespaces were last to be looked at.</summary>
    public DateTimeOffset PlannedAt { get; set; }

    /// <summary>
    /// Whether DNS by convention may take the place of what is stamped: the spec has changed since it was, or what is stamped is by convention
    /// too. After a restart neither is known, and what is stamped may say more than is known now.
    /// </summary>
    public bool KnowsDnsByConvention { get; set; }

    /// <summary>The last time that the API server had the same custom resource as the cache; null for never. Written by the workers.</summary>
    public Confirmation? Confirmed { get; set; }
}

/// <summary>The API server had the same custom resource as the cache.</summary>
internal sealed record Confirmation(PolicySource Source, DateTimeOffset At);
