using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Palisade.Policy.Validation;

namespace Palisade.Webhook.Tests.Admission;

/// <summary>
/// Whatever is sent, the answer is an admission response or a refusal that says why: never a 500, never a hang. More with
/// PALISADE_FUZZ_SECONDS, other requests with PALISADE_FUZZ_SEED.
/// </summary>
public sealed class EndpointFuzzTests(RunningWebhook webhook) : IClassFixture<RunningWebhook>
{
    private const int Rounds = 1500;

    private static readonly string[] Seeds =
    [
        """{"namespaceSelector":{"matchLabels":{"a":"b"}},"excludedNamespaces":["x-*"],"podSelector":{"matchExpressions":[{"key":"a","operator":"In","values":["b"]}]},"policyTypes":["Ingress","Egress"],"ingress":[{"from":[{"ipBlock":{"cidr":"10.0.0.0/8","except":["10.1.0.0/16"]}},{"tenant":{"labels":["team"]}},{"nodes":{}},{"entity":"KubeAPIServer"}],"ports":[{"protocol":"TCP","port":80,"endPort":90},{"port":"http"}]}],"egress":[{}]}""",
        """{"namespaceSelector":{},"policyTypes":["Ingress"],"allow":{"dns":true,"ingress":[{"from":[{"namespaceSelector":{},"podSelector":{}}]}]},"enforcement":"Audit"}""",
        """{"podSelector":{},"ingress":[{"from":[{"ipBlock":{"cidr":"2001:db8::/32","except":["2001:db8:1::/48"]}}]}],"egress":[{"to":[],"ports":[]}]}""",
    ];

    private static readonly string[] Kinds = [Reviews.ClusterNetworkPolicy, Reviews.DefaultDenyProfile, Reviews.NetworkPolicy];

    [Fact]
    public async Task Post_MutatedBytes_NeverFails() =>
        await FuzzAsync(random =>
        {
            var bytes = Review(random).Bytes();
            for (var i = random.Next(1, 8); i > 0; i--)
            {
                bytes[random.Next(bytes.Length)] = random.Next(4) == 0 ? (byte)random.Next(256) : (byte)"{}[]\",:0\\ue-"[random.Next(12)];
            }

            return random.Next(8) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
        });

    [Fact]
    public async Task Post_MutatedStructure_NeverFails() =>
        await FuzzAsync(random =>
        {
            var review = Review(random);
            for (var i = random.Next(1, 5); i > 0; i--)
            {
                Mutate(review, random);
            }

            return review.Bytes();
        });

    private async Task FuzzAsync(Func<Random, byte[]> next)
    {
        var end = TimeProvider.System.GetUtcNow().AddSeconds(Given("PALISADE_FUZZ_SECONDS"));
        var codes = new HashSet<HttpStatusCode>();
        var first = Given("PALISADE_FUZZ_SEED");
        var seed = first;
        for (; seed - first < Rounds || TimeProvider.System.GetUtcNow() < end; seed++)
        {
            var body = next(new Random(seed));
            using var answer = await webhook.PostAsync(body);
            codes.Add(answer.StatusCode);
            answer.StatusCode.ShouldBeOneOf(
                [HttpStatusCode.OK, HttpStatusCode.BadRequest],
                $"seed {seed}: {Encoding.UTF8.GetString(body)}"
            );
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{seed - first} requests");
        codes.ShouldBe([HttpStatusCode.OK, HttpStatusCode.BadRequest], ignoreOrder: true);
    }

    private static int Given(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var value) ? value : 0;

    private static JsonObject Review(Random random)
    {
        var one = random.Next(Seeds.Length);
        var entity = Reviews.Entity(Kinds[random.Next(Kinds.Length)], Seeds[one]);
        entity["metadata"]!["annotations"] = new JsonObject { [ShapeFindings.LastAppliedAnnotation] = Applied(entity, random) };
        return random.Next(3) switch
        {
            0 => Reviews.Create(entity),
            1 => Reviews.Update(Reviews.Entity((string)entity["kind"]!, Seeds[(one + 1) % Seeds.Length]), entity),
            _ => Reviews.Delete(entity),
        };
    }

    private static string Applied(JsonObject entity, Random random)
    {
        var text = entity.ToJsonString();
        var at = random.Next(text.Length);
        return text.Remove(at, 1).Insert(at, random.Next(3) == 0 ? "\\ud800" : "x");
    }

    /// <summary>Replaces, removes, renames or doubles one node somewhere below the root.</summary>
    private static void Mutate(JsonNode root, Random random)
    {
        var nodes = Below(root).ToList();
        if (nodes.Count == 0)
        {
            return;
        }

        var node = nodes[random.Next(nodes.Count)];
        switch (node.Parent)
        {
            case JsonObject parent:
                var name = node.GetPropertyName();
                parent[random.Next(6) == 0 ? name + "x" : name] = Replacement(node, random);
                break;
            case JsonArray list when random.Next(2) == 0:
                list.Add(node.DeepClone());
                break;
            case JsonArray list:
                list[node.GetElementIndex()] = Replacement(node, random);
                break;
        }
    }

    private static JsonNode? Replacement(JsonNode node, Random random) =>
        random.Next(14) switch
        {
            0 => null,
            1 => new JsonArray(),
            2 => new JsonObject(),
            3 => JsonValue.Create(random.Next(-5, 70_000)),
            4 => JsonValue.Create(1e300),
            5 => JsonValue.Create(""),
            6 => JsonValue.Create("010.0.0.0/8"),
            7 => JsonValue.Create("::ffff:10.0.0.0/104"),
            8 => JsonValue.Create(new string('9', random.Next(1, 2000))),
            9 => JsonValue.Create("\u0000\ufeff\u2028\U0001F512"),
            10 => JsonValue.Create(true),
            11 => new JsonArray(node.DeepClone(), null),
            12 => new JsonObject { ["ipBlock"] = node.DeepClone(), [""] = null },
            _ => JsonValue.Create("0.0.0.0/0"),
        };

    private static IEnumerable<JsonNode> Below(JsonNode root) =>
        root switch
        {
            JsonObject fields => fields.Select(field => field.Value).OfType<JsonNode>().SelectMany(child => Below(child).Prepend(child)),
            JsonArray items => items.OfType<JsonNode>().SelectMany(child => Below(child).Prepend(child)),
            _ => [],
        };
}
