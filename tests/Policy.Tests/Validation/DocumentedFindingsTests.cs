using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Palisade.Policy.Validation;

namespace Palisade.Policy.Tests.Validation;

/// <summary>
/// The examples of docs/findings.md, as they stand there: what is shown under a code gives it, and its remedy does not. They are pieces of a
/// policy; the field that a piece begins with tells where in it.
/// </summary>
public sealed partial class DocumentedFindingsTests
{
    public static TheoryData<string, string, string> Examples
    {
        get
        {
            var examples = new TheoryData<string, string, string>();
            foreach (Match match in Section().Matches(File.ReadAllText(Path.Combine(Golden.Testdata, "../../docs/findings.md"))))
            {
                examples.Add(match.Groups["code"].Value, match.Groups["example"].Value, match.Groups["remedy"].Value);
            }

            return examples;
        }
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Validate_DocumentedExample_GivesTheFindingAndItsRemedyDoesNot(string code, string example, string remedy)
    {
        Codes(code, example).ShouldContain(code, StringComparer.Ordinal);
        Codes(code, remedy).ShouldNotContain(code, StringComparer.Ordinal);
    }

    [Fact]
    public void Examples_OfEveryCode_AreThere() =>
        // A change by hand is no matter of a document's content: hack/test-cluster makes it as its section says.
        Examples.Select(row => row.Data.Item1).Append(FindingCodes.GeneratedPolicyEdited).ShouldBe(FindingCodes.All, ignoreOrder: true);

    private static List<string> Codes(string code, string piece)
    {
        var document = JsonSerializer.SerializeToElement(Document(Yaml.ReadJson(piece).ShouldHaveSingleItem()));
        var needsCluster = code is "PAL113" or "PAL114" or "PAL115" or "PAL116" or "PAL117";
        return
        [
            .. PolicyValidator
                .Validate(document, needsCluster ? new() { Cluster = FindingGoldenTests.Cluster() } : null)
                .Select(finding => finding.Code),
        ];
    }

    private static JsonObject Document(JsonNode piece)
    {
        var first = (piece as JsonArray)?[0] ?? piece;
        return first.AsObject().First().Key switch
        {
            "apiVersion" => piece.DeepClone().AsObject(),
            "metadata" or "spec" => Policy(piece.AsObject()),
            "enforcement" => Policy(Spec(piece.AsObject()), kind: "DefaultDenyProfile"),
            "policyTypes" or "ingress" or "egress" or "namespaceSelector" when piece is JsonObject spec => Policy(Spec(spec)),
            "podSelector" when piece is JsonObject spec && spec.ContainsKey("ingress") => Policy(Spec(spec)),
            "excludedNamespaces" => Policy(Spec(piece.AsObject())),
            "matchLabels" or "matchExpressions" => Policy(Spec(new() { ["podSelector"] = piece.DeepClone() })),
            "to" => Policy(Spec(new() { ["egress"] = piece.DeepClone() })),
            "from" => Policy(Spec(new() { ["ingress"] = List(piece) })),
            "ports" => Policy(Spec(new() { ["egress"] = List(piece) })),
            "port" or "protocol" => Policy(Spec(new() { ["ingress"] = List(new JsonObject { ["ports"] = List(piece) }) })),
            "cidr" => Policy(Peers(new JsonObject { ["ipBlock"] = piece.DeepClone() })),
            "except" => Policy(Peers(Block(piece))),
            _ => Policy(Peers(piece)),
        };
    }

    private static JsonObject Policy(JsonObject fields, string kind = "ClusterNetworkPolicy") =>
        With(
            new JsonObject
            {
                ["apiVersion"] = "palisade.dev/v1alpha1",
                ["kind"] = kind,
                ["metadata"] = new JsonObject { ["name"] = "example" },
                ["spec"] = new JsonObject { ["namespaceSelector"] = new JsonObject() },
            },
            fields
        );

    private static JsonObject Spec(JsonObject fields) =>
        new() { ["spec"] = With(new JsonObject { ["namespaceSelector"] = new JsonObject() }, fields) };

    private static JsonObject Peers(JsonNode peers) =>
        Spec(new() { ["ingress"] = List(new JsonObject { ["from"] = peers is JsonArray ? peers.DeepClone() : List(peers) }) });

    private static JsonObject Block(JsonNode except) =>
        new() { ["ipBlock"] = With(new JsonObject { ["cidr"] = "10.0.0.0/8" }, except.AsObject()) };

    private static JsonArray List(JsonNode item) => new(item.DeepClone());

    private static JsonObject With(JsonObject target, JsonObject fields)
    {
        foreach (var (key, value) in fields)
        {
            target[key] = value?.DeepClone();
        }

        return target;
    }

    [GeneratedRegex(
        @"^## (?<code>PAL\d{3})\n(?:(?!^## ).*\n)*?```yaml\n(?<example>[^`]+)```\n\nRemedy:\n\n```yaml\n(?<remedy>[^`]+)```",
        RegexOptions.Multiline,
        matchTimeoutMilliseconds: 30_000
    )]
    private static partial Regex Section();
}
