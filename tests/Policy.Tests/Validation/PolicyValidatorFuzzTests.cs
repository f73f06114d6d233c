using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Palisade.Policy.Expansion;
using Palisade.Policy.Validation;

namespace Palisade.Policy.Tests.Validation;

/// <summary>Documents with their parts cut out, nulled, doubled and swapped: never an exception, always the same findings, and what is let in expands.</summary>
public sealed class PolicyValidatorFuzzTests
{
    private static readonly JsonNode?[] Values =
    [
        null,
        "",
        "x",
        "10.0.0.0/8",
        "::/0",
        0,
        80,
        -1,
        70000,
        true,
        new JsonArray(),
        new JsonObject(),
        "Ingress",
        "KubeAPIServer",
        "In",
    ];

    [Fact]
    public void Validate_MutatedDocuments_AlwaysAnswers()
    {
        var random = new Random(6);
        var seeds = Directory
            .GetFiles(Path.Combine(Golden.Testdata, "findings"), "*.yaml")
            .Where(f => Path.GetFileName(f) != "cluster.yaml")
            .Order(StringComparer.Ordinal)
            .Select(f => Yaml.ReadJson(File.ReadAllText(f)).Single())
            .ToList();
        int read = 0,
            clean = 0;
        for (var i = 0; i < 5000; i++)
        {
            var document = seeds[random.Next(seeds.Count)].DeepClone();
            for (var edits = random.Next(1, 4); edits > 0; edits--)
            {
                Mutate(document, random);
            }

            var element = JsonSerializer.SerializeToElement(document);
            var findings = PolicyValidator.Validate(element);
            PolicyValidator.Validate(element).ShouldBe(findings);
            findings.ShouldAllBe(f => FindingCodes.All.Contains(f.Code) && f.Message.Length > 0 && f.Field.Length > 0);
            read += findings.Any(f => f.Code == FindingCodes.FieldOfOtherType) ? 0 : 1;
            if (!findings.Any(f => f.Severity == FindingSeverity.Error))
            {
                clean++;
                Expand(element);
            }
        }

        read.ShouldBeGreaterThan(2000);
        clean.ShouldBeGreaterThan(500);
    }

    /// <summary>What is let in expands, and what it expands to has no errors of its own.</summary>
    private static void Expand(JsonElement document)
    {
        var target = new NamespaceFacts { Name = "shop" };
        var expanded = ShapeFindings.ModelOf(document) is { } model
            ? document.Deserialize(model) switch
            {
                ClusterNetworkPolicy { Metadata: not null } policy => PolicyExpander.Expand(policy, target, new()),
                DefaultDenyProfile { Metadata: not null } profile => PolicyExpander.Expand(profile, target, new()),
                _ => null,
            }
            : null;
        if (expanded?.Policy is { } stamped)
        {
            PolicyValidator
                .Validate(stamped, new() { StrictNetworkPolicies = true })
                .Where(f => f.Severity == FindingSeverity.Error)
                .ShouldBeEmpty(document.GetRawText());
        }
    }

    private static void Mutate(JsonNode document, Random random)
    {
        var places = new List<(JsonNode Parent, string Key)>();
        Collect(document, places);
        if (places.Count == 0)
        {
            return;
        }

        var (parent, key) = places[random.Next(places.Count)];
        var value = random.Next(2) == 0 ? Values[random.Next(Values.Length)] : ValueAt(places[random.Next(places.Count)]);
        var copy = value?.DeepClone();
        if (parent is JsonObject fields)
        {
            switch (random.Next(3))
            {
                case 0:
                    fields.Remove(key);
                    break;
                case 1:
                    fields[key] = copy;
                    break;
                default:
                    fields[key + "x"] = copy;
                    break;
            }
        }
        else if (parent is JsonArray items)
        {
            items.Insert(int.Parse(key, CultureInfo.InvariantCulture), copy);
        }
    }

    private static JsonNode? ValueAt((JsonNode Parent, string Key) place) =>
        place.Parent is JsonArray items ? items[int.Parse(place.Key, CultureInfo.InvariantCulture)] : place.Parent[place.Key];

    private static void Collect(JsonNode? node, List<(JsonNode, string)> places)
    {
        if (node is JsonObject fields)
        {
            foreach (var (name, value) in fields)
            {
                places.Add((node, name));
                Collect(value, places);
            }
        }
        else if (node is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
            {
                places.Add((node, i.ToString(CultureInfo.InvariantCulture)));
                Collect(items[i], places);
            }
        }
    }
}
