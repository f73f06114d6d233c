using System.Text.Json.Nodes;
using Palisade.Cli.Output;

namespace Palisade.Cli.Status;

/// <summary>The status as JSON.</summary>
internal static class StatusJson
{
    /// <summary>Makes the document.</summary>
    public static JsonObject From(ClusterStatus status) =>
        new()
        {
            ["well"] = status.IsWell,
            ["resources"] = new JsonArray([.. status.Resources.Select(From)]),
            ["agents"] = new JsonObject
            {
                ["wanted"] = status.Agents.Wanted,
                ["inSync"] = status.Agents.InSync,
                ["outOfSync"] = new JsonArray([.. status.Agents.OutOfSync.Select(From)]),
            },
        };

    private static JsonObject From(AgentTrouble trouble) =>
        new JsonObject
        {
            ["node"] = trouble.Node,
            ["pod"] = trouble.Pod,
            ["reason"] = trouble.Reason,
            ["message"] = trouble.Message,
        }.WithoutNulls();

    private static JsonObject From(ResourceStatus resource) =>
        new JsonObject
        {
            ["kind"] = resource.Kind,
            ["name"] = resource.Name,
            ["ready"] = resource.IsReady,
            ["state"] = resource.State,
            ["message"] = resource.Message,
            ["matched"] = resource.Namespaces?.Matched,
            ["upToDate"] = resource.Namespaces?.UpToDate,
            ["failed"] = resource.Namespaces?.Failed,
            ["failures"] = new JsonArray([
                .. resource.Failures.Select(failure => new JsonObject
                {
                    ["namespace"] = failure.Namespace,
                    ["reason"] = failure.Reason,
                    ["message"] = failure.Message,
                }),
            ]),
        }.WithoutNulls();
}
