using System.Collections.Immutable;
using Palisade.Policy;
using Palisade.Policy.Evaluation;
using Palisade.Policy.Net;

namespace Palisade.Cli.Explain;

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
