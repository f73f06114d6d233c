using System.Collections.Immutable;
using Palisade.Policy;
using Palisade.Policy.Evaluation;
using Palisade.Policy.Net;

namespace Palisade.Cli.Explain;

/// <summary>Whether a connection passes, and what decides it, over the address families for which it is the same.</summary>
/// <param name="Families">The families; none when the ends have none in common.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Misses">The rules of isolating policies that do not allow it, and why.</param>
internal sealed record ConnectionExplanation(ImmutableArray<IpFamily> Families, Verdict Verdict, ImmutableArray<RuleMiss> Misses)
{
    /// <summary>Explains a connection: once when it is the same over all families, else once for each.</summary>
    public static ImmutableArray<ConnectionExplanation> Of(VerdictEvaluator evaluator, Connection connection)
    {
        var explanations = new List<ConnectionExplanation>();
        foreach (var family in Enum.GetValues<IpFamily>())
        {
            var (verdict, misses) = evaluator.Explain(connection with { Family = family });
            if (verdict.Reason is VerdictReason.NoCommonFamily)
            {
                continue;
            }
            var same = explanations.FindIndex(other => IsSame(other.Verdict, verdict));
            if (same < 0)
            {
                explanations.Add(new([family], verdict, misses));
            }
            else
            {
                explanations[same] = explanations[same] with { Families = [.. explanations[same].Families, family] };
            }
        }
        if (explanations.Count == 0)
        {
            var (verdict, misses) = evaluator.Explain(connection);
            explanations.Add(new([], verdict, misses));
        }
        return [.. explanations];
    }

    /// <summary>The rules of a direction that do not allow it.</summary>
    public IEnumerable<RuleMiss> MissesOf(string direction) => Misses.Where(miss => miss.Direction == direction);

    /// <summary>What the verdict says of a direction.</summary>
    public DirectionVerdict Of(string direction) => direction == Directions.Ingress ? Verdict.Ingress : Verdict.Egress;

    private static bool IsSame(Verdict one, Verdict other) =>
        one.Allowed == other.Allowed
        && one.Reason == other.Reason
        && IsSame(one.Egress, other.Egress)
        && IsSame(one.Ingress, other.Ingress);

    private static bool IsSame(DirectionVerdict one, DirectionVerdict other) =>
        one.IsolatedBy.SequenceEqual(other.IsolatedBy) && one.AllowedBy.SequenceEqual(other.AllowedBy);
}
