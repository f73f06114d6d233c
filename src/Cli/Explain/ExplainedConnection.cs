using System.Collections.Immutable;
using Palisade.Policy.Evaluation;

namespace Palisade.Cli.Explain;

/// <summary>A connection and what decides it.</summary>
/// <param name="Connection">The connection.</param>
/// <param name="Explanations">One for each set of families for which it is the same.</param>
internal sealed record ExplainedConnection(Connection Connection, ImmutableArray<ConnectionExplanation> Explanations)
{
    /// <summary>Whether it passes for sure, over every family.</summary>
    public bool IsAllowed => Explanations.All(explanation => explanation.Verdict.Allowed);

    /// <summary>Whether the same decides another connection, to another pod of a Service.</summary>
    public bool IsLike(ExplainedConnection other) =>
        Connection.Port == other.Connection.Port
        && Explanations.Length == other.Explanations.Length
        && Explanations
            .Zip(other.Explanations)
            .All(pair => pair.First.Families.SequenceEqual(pair.Second.Families) && pair.First.IsSameAs(pair.Second));
}
