using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using Palisade.Policy.Shapes;

namespace Palisade.Policy.Validation;

/// <summary>Puts findings in the order in which their fields stand in a well-kept document.</summary>
internal static class DocumentOrder
{
    /// <summary>Where a field stands among all fields of the kinds; the same name has one rank.</summary>
    private static readonly Dictionary<string, int> Ranks = RankAll(
        ModelsJson.Contract<ClusterNetworkPolicy>(),
        ModelsJson.Contract<DefaultDenyProfile>(),
        ModelsJson.Contract<V1NetworkPolicy>()
    );

    /// <summary>Findings by field, then code; of one field and code in the order they were found.</summary>
    public static List<Finding> Sort(List<Finding> findings) =>
        findings.Count < 2
            ? findings
            :
            [
                .. findings
                    .Select(finding => (finding, steps: Steps(finding.Field)))
                    .OrderBy(pair => pair.steps, Comparer<List<Step>>.Create(Compare))
                    .ThenBy(pair => pair.finding.Code, StringComparer.Ordinal)
                    .Select(pair => pair.finding),
            ];

    private static int Compare(List<Step> left, List<Step> right)
    {
        for (var i = 0; i < Math.Min(left.Count, right.Count); i++)
        {
            var order = left[i].Rank.CompareTo(right[i].Rank);
            order = order != 0 ? order : string.CompareOrdinal(left[i].Name, right[i].Name);
            if (order != 0)
            {
                return order;
            }
        }

        return left.Count.CompareTo(right.Count);
    }

    /// <summary>Takes a path apart: fields by their rank in the kinds, items by their number, label keys by their text.</summary>
    private static List<Step> Steps(string path)
    {
        var steps = new List<Step>();
        var at = 0;
        while (at < path.Length)
        {
            if (path[at] == '[')
            {
                var end = path.IndexOf(']', at);
                end = end < 0 ? path.Length : end;
                var text = path[(at + 1)..end];
                steps.Add(
                    int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? new(index, "") : new(0, text)
                );
                at = Math.Min(end + 1, path.Length);
            }
            else
            {
                var start = path[at] == '.' ? at + 1 : at;
                var length = path.AsSpan(start).IndexOfAny('.', '[');
                at = length < 0 ? path.Length : start + length;
                var name = path[start..at];
                steps.Add(new(Ranks.GetValueOrDefault(name, int.MaxValue), name));
            }
        }

        return steps;
    }

    private static Dictionary<string, int> RankAll(params ReadOnlySpan<JsonTypeInfo> kinds)
    {
        var ranks = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var kind in kinds)
        {
            Rank(Shape.For(kind), ranks);
        }

        return ranks;
    }

    private static void Rank(Shape shape, Dictionary<string, int> ranks)
    {
        foreach (var field in shape.Fields)
        {
            ranks.TryAdd(field.Name, ranks.Count);
        }

        foreach (var below in shape.Kind == ShapeKind.List ? [shape.Element!] : shape.Fields.Select(field => field.Shape))
        {
            Rank(below, ranks);
        }
    }

    private sealed record Step(int Rank, string Name);
}
