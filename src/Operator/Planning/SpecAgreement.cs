using System.Runtime.CompilerServices;
using Palisade.Models;
using Palisade.Policy.Expansion;

namespace Palisade.Operator.Planning;

/// <summary>
/// Compares live NetworkPolicies with desired ones, and remembers which specs agree: both sides share equal specs, so the same two instances
/// meet again and again. Thread-safe.
/// </summary>
internal sealed class SpecAgreement
{
    private readonly ConditionalWeakTable<V1NetworkPolicySpec, WeakReference<V1NetworkPolicySpec>> _agreed = [];

    /// <summary>Whether the live NetworkPolicy is as desired.</summary>
    public bool Holds(V1NetworkPolicy live, V1NetworkPolicy desired)
    {
        if (live.Spec is not { } liveSpec || desired.Spec is not { } desiredSpec)
        {
            return StampedPolicyComparison.Differences(live, desired).Count == 0;
        }

        if (
            !_agreed.TryGetValue(liveSpec, out var known)
            || !known.TryGetTarget(out var counterpart)
            || !ReferenceEquals(counterpart, desiredSpec)
        )
        {
            if (StampedPolicyComparison.Differences(new() { Spec = liveSpec }, new() { Spec = desiredSpec }).Count > 0)
            {
                return false;
            }

            _agreed.AddOrUpdate(liveSpec, new(desiredSpec));
        }

        return StampedPolicyComparison.Differences(new() { Metadata = live.Metadata }, new() { Metadata = desired.Metadata }).Count == 0;
    }
}
