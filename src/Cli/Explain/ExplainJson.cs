using System.Text.Json.Nodes;
using Palisade.Cli.Output;
using Palisade.Policy;
using Palisade.Policy.Evaluation;

namespace Palisade.Cli.Explain;

/// <summary>What decides a connection, as JSON.</summary>
internal static class ExplainJson
{
    /// <summary>Makes the document.</summary>
    public static JsonObject Of(Connection connection, IReadOnlyList<ConnectionExplanation> explanations, PolicyOrigins origins) =>
        new()
        {
            ["from"] = connection.Source.ToString(),
            ["to"] = connection.Destination.ToString(),
            ["protocol"] = connection.Protocol,
            ["port"] = connection.Port,
            ["allowed"] = explanations.All(explanation => explanation.Verdict.Allowed),
            ["verdicts"] = new JsonArray([.. explanations.Select(explanation => Of(explanation, origins))]),
        };

    private static JsonObject Of(ConnectionExplanation explanation, PolicyOrigins origins) =>
        new()
        {
            ["families"] = new JsonArray([.. explanation.Families.Select(family => JsonValue.Create(family.ToString()))]),
            ["allowed"] = explanation.Verdict.Allowed,
            ["reason"] = explanation.Verdict.Reason.ToString(),
            ["egress"] = Of(explanation, Directions.Egress, origins),
            ["ingress"] = Of(explanation, Directions.Ingress, origins),
        };

    private static JsonObject Of(ConnectionExplanation explanation, string direction, PolicyOrigins origins)
    {
        var verdict = explanation.Of(direction);
        var misses = explanation.MissesOf(direction).Select(miss => (Origin: origins.Of(miss), miss.MatchesPeer)).Distinct();
        return new()
        {
            ["isolated"] = verdict.IsIsolated,
            ["allowed"] = verdict.Allows,
            ["isolatedBy"] = new JsonArray([.. verdict.IsolatedBy.Select(origins.Of).Distinct().Select(origin => Of(origin))]),
            ["allowedBy"] = new JsonArray([.. verdict.AllowedBy.Select(origins.Of).Distinct().Select(origin => Of(origin))]),
            ["notAllowedBy"] = new JsonArray([.. misses.Select(miss => Of(miss.Origin, miss.MatchesPeer ? "OtherPort" : "OtherPeer"))]),
        };
    }

    private static JsonObject Of(PolicyOrigin origin, string? why = null) =>
        new JsonObject
        {
            ["kind"] = origin.Kind,
            ["name"] = origin.Name,
            ["field"] = origin.Field.Length == 0 ? null : origin.Field,
            ["file"] = origin.Position is { Line: > 0 } position ? position.Path : null,
            ["line"] = origin.Position is { Line: > 0 } ? origin.Position.Value.Line : null,
            ["column"] = origin.Position is { Line: > 0 } ? origin.Position.Value.Column : null,
            ["why"] = why,
        }.WithoutNulls();
}
