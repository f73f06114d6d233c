using System.Text.Json.Nodes;

namespace Palisade.Cli.Expand;

/// <summary>What the operator would do to a NetworkPolicy of a live cluster.</summary>
/// <param name="Verb">create, change, remove; conflict when the NetworkPolicy is somebody else's, or another custom resource's, and left alone.</param>
/// <param name="Policy">namespace/name of the NetworkPolicy.</param>
/// <param name="Owner">Kind and name of the custom resource.</param>
/// <param name="Fields">Paths of the fields that differ.</param>
internal sealed record StampChange(string Verb, string Policy, string Owner, IReadOnlyList<string> Fields)
{
    /// <summary>Colour of the verb.</summary>
    public string Colour =>
        Verb switch
        {
            "create" => "green",
            "change" => "yellow",
            _ => "red",
        };

    /// <summary>The change as JSON.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["verb"] = Verb,
            ["policy"] = Policy,
            ["owner"] = Owner,
            ["fields"] = new JsonArray([.. Fields.Select(field => JsonValue.Create(field))]),
        };
}
