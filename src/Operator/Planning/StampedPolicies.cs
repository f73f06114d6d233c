using Palisade.Operator.Sources;

namespace Palisade.Operator.Planning;

/// <summary>What a namespace holds under the names that a custom resource stamps.</summary>
/// <param name="Usual">The NetworkPolicy of the usual name, whosever it is; null when there is none.</param>
/// <param name="Alternate">The one of the other name, whosever it is; null when there is none.</param>
/// <param name="Earlier">Those that earlier custom resources of the same name have stamped under other names of theirs.</param>
internal sealed record StampedPolicies(V1NetworkPolicy? Usual, V1NetworkPolicy? Alternate, IReadOnlyList<V1NetworkPolicy> Earlier)
{
    /// <summary>Whether there is nothing but, at most, the one of the usual name.</summary>
    public bool IsUsual => Alternate is null && Earlier.Count == 0;

    /// <summary>With the usual name alone.</summary>
    public static StampedPolicies Only(V1NetworkPolicy? usual) => new(usual, Alternate: null, []);

    /// <summary>The one of either name of the custom resource.</summary>
    public V1NetworkPolicy? Named(string name, PolicySource source) => name == source.StampedName ? Usual : Alternate;

    /// <summary>With another in the place of the one of its name.</summary>
    public StampedPolicies With(V1NetworkPolicy policy, PolicySource source) =>
        policy.Metadata.Name == source.StampedName ? this with { Usual = policy } : this with { Alternate = policy };
}
