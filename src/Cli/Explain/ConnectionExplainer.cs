using System.Collections.Immutable;
using Palisade.Cli.Input;
using Palisade.Policy;
using Palisade.Policy.Evaluation;
using Palisade.Policy.Net;

namespace Palisade.Cli.Explain;

internal sealed class ConnectionExplainer(ClusterSnapshot snapshot)
{
    private readonly VerdictEvaluator _least = new(snapshot, AddressAssumption.Least);
    private readonly VerdictEvaluator _most = new(snapshot, AddressAssumption.Most);

    /// <summary>Explains a connection: once when it is the same over all families, else once for each.</summary>
    public ImmutableArray<ConnectionExplanation> Explain(Connection connection)
    {
        var explanations = new List<ConnectionExplanation>();
        foreach (var family in Enum.GetValues<IpFamily>())
        {
            var explanation = Explain(connection with { Family = family }, [family]);
            if (explanation.Verdict.Reason is VerdictReason.NoCommonFamily)
            {
                continue;
            }
            var same = explanations.FindIndex(explanation.IsSameAs);
            if (same < 0)
            {
                explanations.Add(explanation);
            }
            else
            {
                explanations[same] = explanations[same] with { Families = [.. explanations[same].Families, family] };
            }
        }
        return explanations.Count > 0 ? [.. explanations] : [Explain(connection, [])];
    }

    private ConnectionExplanation Explain(Connection connection, ImmutableArray<IpFamily> families)
    {
        var (verdict, misses) = _least.Explain(connection);
        return new(families, verdict, _most.Evaluate(connection), misses);
    }
}

/// <summary>Whether a connection passes, and what decides it, over the address families for which it is the same.</summary>
/// <param name="Families">The families; none when the ends have none in common.</param>
/// <param name="Verdict">The verdict wherever pods get their addresses and run: what is allowed in it is allowed for sure.</param>
/// <param name="Most">The verdict when they get addresses that policies allow: what is denied in it is denied for sure.</param>
/// <param name="Misses">The rules of isolating policies that do not allow it, and why.</param>
internal sealed record ConnectionExplanation(
    ImmutableArray<IpFamily> Families,
    Verdict Verdict,
    Verdict Most,
    ImmutableArray<RuleMiss> Misses
)
{
    /// <summary>Whether it depends on what is not known whether the connection passes.</summary>
    public bool Depends => Verdict.Allowed != Most.Allowed;

    /// <summary>What it depends on, to follow "depends on".</summary>
    public string Condition => Most.Reason == VerdictReason.OwnNode ? "which node the pod runs on" : "where pods get their addresses";

    /// <summary>The rules of a direction that do not allow it.</summary>
    public IEnumerable<RuleMiss> MissesOf(string direction) => Misses.Where(miss => miss.Direction == direction);

    /// <summary>What the verdict says of a direction.</summary>
    public DirectionVerdict For(string direction) => For(Verdict, direction);

    /// <summary>What the verdict says of a direction when pods get addresses that policies allow.</summary>
    public DirectionVerdict MostFor(string direction) => For(Most.Reason == VerdictReason.Policies ? Most : Verdict, direction);

    /// <summary>Whether nothing but the families is different.</summary>
    public bool IsSameAs(ConnectionExplanation other) => IsSame(Verdict, other.Verdict) && IsSame(Most, other.Most);

    private static DirectionVerdict For(Verdict verdict, string direction) =>
        direction == Directions.Ingress ? verdict.Ingress : verdict.Egress;

    private static bool IsSame(Verdict one, Verdict other) =>
        one.Allowed == other.Allowed
        && one.Reason == other.Reason
        && IsSame(one.Egress, other.Egress)
        && IsSame(one.Ingress, other.Ingress);

    private static bool IsSame(DirectionVerdict one, DirectionVerdict other) =>
        one.IsolatedBy.SequenceEqual(other.IsolatedBy) && one.AllowedBy.SequenceEqual(other.AllowedBy);
}

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

/// <summary>To whom a connection is opened.</summary>
/// <param name="Targets">The end and its port; behind a Service there may be several.</param>
/// <param name="Protocol">TCP, UDP or SCTP.</param>
internal sealed record Destination(ImmutableArray<(TrafficEnd End, int Port)> Targets, string Protocol)
{
    /// <summary>The Service that was named; null for a pod or an address.</summary>
    public ServiceBackends? Service { get; init; }

    /// <summary>Something else that may have been meant; null when nothing is likely.</summary>
    public string? Hint { get; init; }
}
