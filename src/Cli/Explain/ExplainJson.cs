using System.Text.Json.Nodes;
using Palisade.Cli.Input;
using Palisade.Cli.Output;
using Palisade.Policy;

namespace Palisade.Cli.Explain;

/// <summary>What decides a connection, as JSON.</summary>
internal static class ExplainJson
{
    /// <summary>Makes the document.</summary>
    /// <param name="service">The Service that was named; null for a pod or an address.</param>
    /// <param name="explained">The connection; behind a Service one to each of its pods.</param>
    /// <param name="origins">Where policies come from.</param>
    public static JsonObject From(ServiceBackends? service, IReadOnlyList<ExplainedConnection> explained, PolicyOrigins origins) =>
        service is null
            ? From(explained[0], origins)
            : new()
            {
                ["from"] = explained[0].Connection.Source.ToString(),
                ["service"] = service.Service,
                ["protocol"] = explained[0].Connection.Protocol,
                ["port"] = service.Port,
                ["allowed"] = explained.All(connection => connection.IsAllowed),
                ["backends"] = new JsonArray([.. explained.Select(connection => From(connection, origins))]),
            };

    private static JsonObject From(ExplainedConnection explained, PolicyOrigins origins) =>
        new()
        {
            ["from"] = explained.Connection.Source.ToString(),
            ["to"] = explained.Connection.Destination.ToString(),
            ["protocol"] = explained.Connection.Protocol,
            ["port"] = explained.Connection.Port,
            ["allowed"] = explained.IsAllowed,
            ["verdicts"] = new JsonArray([.. explained.Explanations.Select(explanation => From(explanation, origins))]),
        };

    private static JsonObject From(ConnectionExplanation explanation, PolicyOrigins origins) =>
        new JsonObject
        {
            ["families"] = new JsonArray([.. explanation.Families.Select(family => JsonValue.Create(family.ToString()))]),
            ["allowed"] = explanation.Verdict.Allowed,
            ["dependsOn"] = explanation.Depends ? explanation.Condition : null,
            ["reason"] = explanation.Verdict.Reason.ToString(),
            ["egress"] = From(explanation, Directions.Egress, origins),
            ["ingress"] = From(explanation, Directions.Ingress, origins),
        }.WithoutNulls();

    private static JsonObject From(ConnectionExplanation explanation, string direction, PolicyOrigins origins)
    {
        var (verdict, most) = (explanation.For(direction), explanation.MostFor(direction));
        var misses = explanation.MissesOf(direction).Select(miss => (Origin: origins.Find(miss), miss.MatchesPeer)).Distinct();
        return new JsonObject
        {
            ["isolated"] = verdict.IsIsolated,
            ["allowed"] = verdict.Allows,
            ["isolatedBy"] = List(verdict.IsolatedBy.Select(origins.Find)),
            ["allowedBy"] = List(verdict.AllowedBy.Select(origins.Find)),
            ["allowedByIfInBlock"] = verdict.Allows != most.Allows ? List(most.AllowedBy.Select(origins.Find)) : null,
            ["notAllowedBy"] = new JsonArray([.. misses.Select(miss => From(miss.Origin, miss.MatchesPeer ? "OtherPort" : "OtherPeer"))]),
        }.WithoutNulls();
    }

    private static JsonArray List(IEnumerable<PolicyOrigin> origins) => new([.. origins.Distinct().Select(origin => From(origin))]);

    private static JsonObject From(PolicyOrigin origin, string? why = null) =>
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
