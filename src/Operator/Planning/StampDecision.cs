using Palisade.Models;

namespace Palisade.Operator.Planning;

/// <summary>What is to be done about one namespace, and with what.</summary>
/// <param name="Verb">What is to be done.</param>
/// <param name="Namespace">Name of the namespace.</param>
internal sealed record StampDecision(StampVerb Verb, string Namespace)
{
    /// <summary>The NetworkPolicy as it should be, for <see cref="StampVerb.Create"/> and <see cref="StampVerb.Apply"/>.</summary>
    public V1NetworkPolicy? Desired { get; init; }

    /// <summary>The NetworkPolicy as it is, for <see cref="StampVerb.Apply"/> and <see cref="StampVerb.Remove"/>.</summary>
    public V1NetworkPolicy? Current { get; init; }

    /// <summary>Whose the current one is.</summary>
    public Ownership Ownership { get; init; }

    /// <summary>Whether the custom resource selects the namespace; one that only audits removes where it does.</summary>
    public bool IsMatched { get; init; } = true;

    /// <summary>Constant word, for <see cref="StampVerb.Wait"/> and <see cref="StampVerb.Yield"/>.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Sentence, for <see cref="StampVerb.Wait"/> and <see cref="StampVerb.Yield"/>.</summary>
    public string Message { get; init; } = "";

    /// <summary>Whether the API server has to be called.</summary>
    public bool IsWrite => Verb is StampVerb.Create or StampVerb.Apply or StampVerb.Remove;

    /// <summary>Whether what is there may be that of another custom resource of the same name, or of one that is going.</summary>
    public bool IsDoubtful => Ownership is Ownership.Namesake or Ownership.Unclear;
}
