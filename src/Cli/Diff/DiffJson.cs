using System.Text.Json.Nodes;

namespace Palisade.Cli.Diff;

/// <summary>A difference as JSON.</summary>
internal static class DiffJson
{
    /// <summary>Makes the document.</summary>
    public static JsonObject From(ClusterDifference difference) =>
        new()
        {
            ["opened"] = new JsonArray([.. difference.Opened.Select(From)]),
            ["closed"] = new JsonArray([.. difference.Closed.Select(From)]),
            ["mayOpen"] = new JsonArray([.. difference.MayOpen.Select(From)]),
            ["mayClose"] = new JsonArray([.. difference.MayClose.Select(From)]),
            ["addedWorkloads"] = new JsonArray([.. difference.Added.Select(name => JsonValue.Create(name))]),
            ["removedWorkloads"] = new JsonArray([.. difference.Removed.Select(name => JsonValue.Create(name))]),
        };

    private static JsonObject From(ChangeGroup group) =>
        new()
        {
            ["from"] = group.From,
            ["to"] = group.To,
            ["ports"] = group.Ports,
        };
}
