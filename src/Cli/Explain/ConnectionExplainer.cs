using System.Collections.Immutable;
using Palisade.Policy;
using Palisade.Policy.Evaluation;
using Palisade.Policy.Net;

namespace Palisade.Cli.Explain;

/// <summary>Explains connections of a cluster.</summary>
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
