using Palisade.Kubernetes.Client;
using Palisade.Models;
using Palisade.Policy.Expansion;

namespace Palisade.Operator.Writing;

/// <summary>
/// Applies NetworkPolicies, also to API servers that do not know every field: where a range of ports is refused, its first port alone is
/// sent. What came of it is for the caller to compare.
/// </summary>
internal sealed class PolicyApplier(IKubernetesClient client, TimeProvider clock)
{
    /// <summary>After so long it is tried again whether the API server has learnt the field: it may have been upgraded.</summary>
    public static readonly TimeSpan Recheck = TimeSpan.FromMinutes(30);

    private static readonly ApplyOptions Apply = new(PolicyNames.FieldManager);
    private long _refusedRangesAt = DateTimeOffset.MinValue.UtcTicks;

    private bool RefusesRanges => clock.GetUtcNow().UtcTicks - Interlocked.Read(ref _refusedRangesAt) < Recheck.Ticks;

    /// <summary>Applies a NetworkPolicy.</summary>
    /// <returns>What was sent in the end, and what the API server answered.</returns>
    public async Task<(V1NetworkPolicy Sent, V1NetworkPolicy Answer)> ApplyAsync(V1NetworkPolicy wire, CancellationToken cancellationToken)
    {
        var narrower = WireForm.WithoutRanges(wire);
        if (narrower is not null && RefusesRanges)
        {
            return (narrower, await client.ApplyAsync(narrower, Apply, cancellationToken));
        }

        try
        {
            return (wire, await client.ApplyAsync(wire, Apply, cancellationToken));
        }
        catch (KubernetesException e) when (narrower is not null && IsUnknownField(e))
        {
            Interlocked.Exchange(ref _refusedRangesAt, clock.GetUtcNow().UtcTicks);
            return (narrower, await client.ApplyAsync(narrower, Apply, cancellationToken));
        }
    }

    /// <summary>Server-side apply refuses a field that the API server does not know (structured-merge-diff); other writes drop it in silence.</summary>
    private static bool IsUnknownField(KubernetesException exception) =>
        exception.Message.Contains("field not declared in schema", StringComparison.Ordinal);
}
