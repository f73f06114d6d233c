using System.Text.Json.Nodes;
using Palisade.Policy.Connectivity;

namespace Palisade.Cli.Reporting;

/// <summary>What each end may open to each other.</summary>
internal static class FlowTable
{
    /// <summary>A row for each source: the numbers of the sets of ports by destination, as runs; and the pairs that depend on the family.</summary>
    public static JsonObject Of(ConnectivityAnalysis analysis, PortTable ports)
    {
        var (rows, byFamily) = (new JsonArray(), new JsonArray());
        foreach (var source in analysis.Ends)
        {
            var row = new int[analysis.Ends.Length];
            foreach (var destination in analysis.Ends.Where(destination => !(source.IsOutside && destination.IsOutside)))
            {
                var reach = analysis.Between(source, destination);
                row[destination.Index] = ports[reach.Allowed];
                if (reach.DependsOnFamily)
                {
                    byFamily.Add((JsonNode)new JsonArray(source.Index, destination.Index));
                }
            }
            rows.Add((JsonNode)Runs.Of(row));
        }
        return new() { ["rows"] = rows, ["byFamily"] = byFamily };
    }
}
