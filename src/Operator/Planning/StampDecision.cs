namespace Palisade.Operator.Planning;

/// <summary>What is to be done about one namespace, and with what.</summary>
/// <param name="Verb">What is to be done.</param>
/// <param name="Namespace">Name of the namespace.</param>
internal sealed record StampDecision(StampVerb Verb, string Namespace)
{
    /// <summary>The NetworkPolicy as it should be, for <see cref="StampVerb.Create"/> and <see cref="StampVerb.Apply"/>.</summary>
    public V1NetworkPolicy? Desired { get; init; }

    /// <summary>The NetworkPolicy as it is, for <see cref="StampVerb.Apply"/>.</summary>
    public V1NetworkPolicy? Current { get; init; }

    /// <summary>Whose the current one is.</summary>
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
    /// Constant word, for <see cref="StampVerb.Wait"/> and <see cref="StampVerb.Yield"/>; for a write, when what is written is not all that was
    /// asked for.
    /// </summary>
    public string Reason { get; init; } = "";

    /// <summary>Sentence to <see cref="Reason"/>.</summary>
    public string Message { get; init; } = "";

    /// <summary>Whether the API server has to be called.</summary>
    public bool IsWrite => Verb is StampVerb.Create or StampVerb.Apply or StampVerb.Remove;

    /// <summary>Whether what is there may be that of another custom resource of the same name, or of one that is going.</summary>
    public bool IsDoubtful => TouchesEarlier || Ownership is Ownership.Namesake or Ownership.Unclear;

    /// <summary>Whether among the surplus are those of an earlier custom resource of the same name, as far as the cache shows.</summary>
    public bool TouchesEarlier { get; init; }
}
