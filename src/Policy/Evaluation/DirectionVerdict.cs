using System.Collections.Immutable;

namespace Palisade.Policy.Evaluation;

/// <summary>What the policies of one end say of one direction.</summary>
public sealed record DirectionVerdict
{
    /// <summary>An end that no policy isolates: everything passes.</summary>
    public static DirectionVerdict NotIsolated { get; } = new();

    /// <summary>Policies that isolate the pod for this direction, in order of their names.</summary>
    public ImmutableArray<PolicyReference> IsolatedBy { get; init; } = [];

    /// <summary>All rules that allow the connection, in order; empty when none does.</summary>
    public ImmutableArray<RuleReference> AllowedBy { get; init; } = [];

    /// <summary>Whether any policy isolates the pod for this direction.</summary>
    public bool IsIsolated => !IsolatedBy.IsEmpty;

    /// <summary>Whether this direction lets the connection pass.</summary>
    public bool Allows => !IsIsolated || !AllowedBy.IsEmpty;
}
