using System.Runtime.CompilerServices;
using Palisade.Policy.Expansion;

namespace Palisade.Operator.Planning;

/// <summary>
/// Compares live NetworkPolicies with desired ones, and remembers which specs agree: both sides share equal specs, so the same two instances
/// meet again and again. Thread-safe.
/// </summary>
internal sealed class SpecAgreement
{
    private readonly ConditionalWeakTable<V1NetworkPolicySpec, Verdict> _verdicts = [];

    /// <summary>Whether the live NetworkPolicy is as desired.</summary>
    public bool Holds(V1NetworkPolicy live, V1NetworkPolicy desired)
    {
        if (live.Spec is not { } liveSpec || desired.Spec is not { } desiredSpec)
        {
            return StampedPolicyComparison.Differences(live, desired).Count == 0;
        }

        return Agree(liveSpec, desiredSpec)
            && StampedPolicyComparison.Differences(new() { Metadata = live.Metadata }, new() { Metadata = desired.Metadata }).Count == 0;
    }

    private bool Agree(V1NetworkPolicySpec live, V1NetworkPolicySpec desired)
    {
        if (!_verdicts.TryGetValue(live, out var verdict) || !verdict.IsAbout(desired))
        {
            var agree = StampedPolicyComparison.Differences(new() { Spec = live }, new() { Spec = desired }).Count == 0;
            verdict = new Verdict(desired, agree);
            _verdicts.AddOrUpdate(live, verdict);
        }

        return verdict.Agree;
    }

    private sealed class Verdict(V1NetworkPolicySpec desired, bool agree)
    {
        // Weak, so that a verdict does not keep what is no longer desired.
        private readonly WeakReference<V1NetworkPolicySpec> _desired = new(desired);

        public bool Agree => agree;

        public bool IsAbout(V1NetworkPolicySpec other) => _desired.TryGetTarget(out var known) && ReferenceEquals(known, other);
    }
}
