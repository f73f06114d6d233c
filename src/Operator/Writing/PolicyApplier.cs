using System.Net;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Palisade.Kubernetes.Client;
using Palisade.Operator.Caches;
using Palisade.Operator.Planning;
using Palisade.Policy.Expansion;

namespace Palisade.Operator.Writing;

/// <summary>
/// Applies NetworkPolicies, also where the API server does not keep every field: a rule that lost its ports would be open on all of them. So
/// fields that were not sent before are tried in a dry run first, once for the whole cluster and not once a namespace; and where some are
/// not kept, what depends on them is left out. A field that was ever lost, as when an admission webhook of one namespace takes it away, is from
/// then on tried in each namespace before it is written there; what the first such write has opened is narrowed at once.
/// </summary>
internal sealed partial class PolicyApplier(
    IKubernetesClient client,
    NetworkPolicySlimming slimming,
    SpecAgreement agreement,
    TimeProvider clock
)
{
    private static readonly ApplyOptions Real = new(PolicyNames.FieldManager);
    private static readonly ApplyOptions DryRun = Real with { DryRun = true };
    private readonly KnownFields _known = new(clock);
    private readonly ConditionalWeakTable<V1NetworkPolicySpec, UsedFields> _used = [];

    /// <summary>Applies a NetworkPolicy, or as much of it as the API server keeps.</summary>
    public async Task<AppliedPolicy> ApplyAsync(V1NetworkPolicy wire, CancellationToken cancellationToken)
    {
        var dropped = new List<string>();
        while (true)
        {
            var used = _used.GetValue(wire.Spec!, UsedFields.Of);
            V1NetworkPolicy? answer = null;
            var lost = _known.Refused(used);
            if (lost.Count == 0 && !_known.AreKept(used))
            {
                lost = await TryAsync(wire, used, cancellationToken);
            }

            if (lost.Count == 0)
            {
                answer = Shared(await client.ApplyAsync(wire, Real, cancellationToken));
                lost = agreement.Holds(answer, wire) ? [] : StampedPolicyComparison.MissingFields(answer, wire);
                _known.Loses(lost);
            }

            dropped.AddRange(lost);
            if (lost.Count == 0 || Narrower(wire.Spec!, used, lost) is not { } narrower)
            {
                return new(wire, answer, dropped);
            }

            var next = new V1NetworkPolicy { Metadata = wire.Metadata, Spec = narrower };
            wire = answer is null ? next : WireForm.ToChange(next, answer);
        }
    }

    /// <summary>Has the API server say what would come of it.</summary>
    /// <returns>Paths of the fields that would not be kept.</returns>
    private async Task<IReadOnlyList<string>> TryAsync(V1NetworkPolicy wire, UsedFields used, CancellationToken cancellationToken)
    {
        try
        {
            var lost = StampedPolicyComparison.MissingFields(await client.ApplyAsync(wire, DryRun, cancellationToken), wire);
            _known.Loses(lost);
            if (lost.Count == 0)
            {
                _known.Keeps(used);
            }

            return lost;
        }
        catch (KubernetesException e) when (Undeclared().Matches(e.Message) is { Count: > 0 } refused)
        {
            IReadOnlyList<string> lost = [.. refused.Select(match => match.Groups["path"].Value)];
            _known.Refuses(lost);
            return lost;
        }
        catch (KubernetesException e) when (e.Code == HttpStatusCode.BadRequest && e.Message.Contains("dry run", StringComparison.Ordinal))
        {
            // An admission webhook that cannot say what it would do; the write itself will tell.
            return [];
        }
    }

    private static V1NetworkPolicySpec? Narrower(V1NetworkPolicySpec spec, UsedFields used, IReadOnlyList<string> lost) =>
        PolicyFields.Without(spec, lost) is { } narrower && UsedFields.Of(narrower).Paths.Count < used.Paths.Count ? narrower : null;

    /// <summary>The answer, with a spec that it shares with equal ones.</summary>
    private V1NetworkPolicy Shared(V1NetworkPolicy answer)
    {
        answer.Spec = answer.Spec is { } spec ? slimming.Share(spec) : null;
        return answer;
    }

    /// <summary>Server-side apply refuses a field that the API server does not know (structured-merge-diff); other writes drop it in silence.</summary>
    [GeneratedRegex(
        @"\.(?<path>spec[^\s:]*): field not declared in schema",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Undeclared();
}
