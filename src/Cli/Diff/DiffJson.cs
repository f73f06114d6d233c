using System.Text.Json.Nodes;

namespace Palisade.Cli.Diff;

/// <summary>A difference as JSON.</summary>
internal static class DiffJson
{
    /// <summary>Makes the document.</summary>
    public static JsonObject Of(ClusterDifference difference) =>
        new()
        {
            ["opened"] = new JsonArray([.. difference.Opened.Select(Of)]),
            ["closed"] = new JsonArray([.. difference.Closed.Select(Of)]),
            ["mayOpen"] = new JsonArray([.. difference.MayOpen.Select(Of)]),
            ["mayClose"] = new JsonArray([.. difference.MayClose.Select(Of)]),
            ["addedWorkloads"] = new JsonArray([.. difference.Added.Select(name => JsonValue.Create(name))]),
            ["removedWorkloads"] = new JsonArray([.. difference.Removed.Select(name => JsonValue.Create(name))]),
        };

    private static JsonObject Of(ChangeGroup group) =>
        new()
        {
            ["from"] = group.From,
            ["to"] = group.To,
            ["ports"] = group.Ports,
        };
}
