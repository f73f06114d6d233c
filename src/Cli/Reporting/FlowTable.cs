using System.Text.Json.Nodes;
using Palisade.Policy.Connectivity;

namespace Palisade.Cli.Reporting;

/// <summary>What each end may open to each other.</summary>
internal static class FlowTable
{
    /// <summary>A row for each source: the numbers of the sets of ports by destination, as runs; the pairs that depend on the family; and what depends on where pods get their addresses.</summary>
    public static JsonObject From(ConnectivityAnalysis analysis, PortTable ports)
    {
        var (rows, byFamily, unsure) = (new JsonArray(), new JsonArray(), new JsonArray());
        foreach (var source in analysis.Ends)
        {
            var row = new int[analysis.Ends.Length];
            foreach (var destination in analysis.Ends.Where(destination => !(source.IsOutside && destination.IsOutside)))
            {
                var reach = analysis.Between(source, destination);
                row[destination.Index] = ports[reach.Allowed];
                if (!reach.Unsure.IsEmpty)
                {
                    unsure.Add((JsonNode)new JsonArray(source.Index, destination.Index, ports[reach.Unsure]));
                }
                if (reach.DependsOnFamily)
                {
                    byFamily.Add((JsonNode)new JsonArray(source.Index, destination.Index));
                }
            }
            rows.Add((JsonNode)Runs.Encode(row));
        }
        return new()
        {
            ["rows"] = rows,
            ["byFamily"] = byFamily,
            ["unsure"] = unsure,
        };
    }
}
