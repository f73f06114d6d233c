using Palisade.Operator.Sources;

namespace Palisade.Operator.Planning;

/// <summary>What is to be done about one namespace.</summary>
internal enum StampVerb
{
    /// <summary>Nothing: the namespace does not concern the custom resource.</summary>
    Ignore,

    /// <summary>Nothing: it is as it should be.</summary>
    Keep,

    /// <summary>Nothing can be done now; what is there stays.</summary>
    Wait,

    /// <summary>Nothing may be done: the name is taken by somebody else's NetworkPolicy.</summary>
    Conflict,

    /// <summary>Stamp where there is nothing yet.</summary>
    Create,

    /// <summary>Bring what is there in line.</summary>
    Apply,

    /// <summary>Remove what is there.</summary>
    Remove,
}

/// <summary>What is to be done about one namespace, and with what.</summary>
internal sealed record StampDecision(StampVerb Verb, string Namespace)
{
    /// <summary>The NetworkPolicy as it should be, for <see cref="StampVerb.Create"/> and <see cref="StampVerb.Apply"/>.</summary>
    public V1NetworkPolicy? Desired { get; init; }

    /// <summary>The NetworkPolicy as it is, for <see cref="StampVerb.Apply"/>.</summary>
    public V1NetworkPolicy? Current { get; init; }
    public Ownership Ownership { get; init; }

    /// <summary>Whether the custom resource selects the namespace; one that only audits removes where it does.</summary>
    public bool IsMatched { get; init; } = true;

    /// <summary>
    /// NetworkPolicies of ours under names that are not to be used any more: removed once what is to stand in the namespace is written.
    /// </summary>
    public IReadOnlyList<V1NetworkPolicy> Surplus { get; init; } = [];

    /// <summary>Name that ours stands under, where it is not the usual one; null where it is, and where nothing stands.</summary>
    public string? OtherName { get; init; }

    /// <summary>
    /// Constant word, for <see cref="StampVerb.Wait"/> and <see cref="StampVerb.Conflict"/>; for a write, when what is written is not all that was
    /// asked for.
    /// </summary>
    public string Reason { get; init; } = "";

    /// <summary>Sentence to <see cref="Reason"/>.</summary>
    public string Message { get; init; } = "";

    /// <summary>Whether to replace the whole spec: the last apply has left something that somebody else owns.</summary>
    public bool IsReplacement { get; init; }

    /// <summary>Whether the API server has to be called.</summary>
    public bool IsWrite => Verb is StampVerb.Create or StampVerb.Apply or StampVerb.Remove;

    /// <summary>Whether what is there may be that of another custom resource of the same name, or of one that is going.</summary>
    public bool IsDoubtful => TouchesEarlier || Ownership is Ownership.SameNameOtherOwner or Ownership.Unclear;

    /// <summary>Whether among the surplus are those of an earlier custom resource of the same name, as far as the cache shows.</summary>
    public bool TouchesEarlier { get; init; }
}

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
