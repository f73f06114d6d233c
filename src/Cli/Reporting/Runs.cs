using System.Text.Json.Nodes;

namespace Palisade.Cli.Reporting;

/// <summary>Lists of numbers in short: each number once, with how often it follows.</summary>
internal static class Runs
{
    /// <summary>count, number, count, number ...</summary>
    public static JsonArray Encode(IEnumerable<int> numbers)
    {
        var runs = new List<(int Count, int Number)>();
        foreach (var number in numbers)
        {
            if (runs.Count > 0 && runs[^1].Number == number)
            {
                runs[^1] = (runs[^1].Count + 1, number);
            }
            else
            {
                runs.Add((1, number));
            }
        }
        return [.. runs.SelectMany(run => (JsonNode[])[run.Count, run.Number])];
    }
}
