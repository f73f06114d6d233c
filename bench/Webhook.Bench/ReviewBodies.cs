using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Palisade.Webhook.Bench;

/// <summary>Bodies of admission requests.</summary>
internal static class ReviewBodies
{
    /// <summary>Policies of the sizes people write: some rules, selectors and blocks each, as kubectl apply sends them.</summary>
    public static IReadOnlyList<byte[]> Realistic(string operation) =>
        [
            .. Enumerable
                .Range(0, 50)
                .Select(i => Body($"policy-{i}", Spec(rules: 1 + (i % 5), peers: 1 + (i % 7), excepts: i % 4), operation)),
        ];

    /// <summary>One policy with as many peers and excepts.</summary>
    public static byte[] Large(int peers, int excepts) => Body("large", Spec(1, peers, excepts), "CREATE");

    private static JsonObject Spec(int rules, int peers, int excepts) =>
        new()
        {
            ["namespaceSelector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["tier"] = "web" } },
            ["podSelector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = "api" } },
            ["policyTypes"] = new JsonArray("Ingress"),
            ["ingress"] = new JsonArray([.. Enumerable.Range(0, rules).Select(rule => Rule(rule, peers, excepts))]),
        };

    private static JsonObject Rule(int rule, int peers, int excepts) =>
        new()
        {
            ["from"] = new JsonArray([.. Enumerable.Range(0, peers).Select(peer => Peer((rule * peers) + peer, excepts))]),
            ["ports"] = new JsonArray(new JsonObject { ["protocol"] = "TCP", ["port"] = 8000 + rule }),
        };

    private static JsonObject Peer(int number, int excepts)
    {
        if (number % 3 == 2 && excepts < 50)
        {
            var selector = new JsonObject
            {
                ["matchLabels"] = new JsonObject { ["team"] = string.Create(CultureInfo.InvariantCulture, $"t{number}") },
            };
            return new JsonObject { ["namespaceSelector"] = selector };
        }

        var block = new JsonObject
        {
            ["cidr"] = string.Create(CultureInfo.InvariantCulture, $"{10 + (number / 256)}.{number % 256}.0.0/16"),
        };
        if (excepts > 0)
        {
            var ranges = Enumerable
                .Range(0, excepts)
                .Select(i => (JsonNode)string.Create(CultureInfo.InvariantCulture, $"{10 + (number / 256)}.{number % 256}.{i * 2}.0/24"));
            block["except"] = new JsonArray([.. ranges]);
        }

        return new JsonObject { ["ipBlock"] = block };
    }

    private static byte[] Body(string name, JsonObject spec, string operation)
    {
        var entity = new JsonObject
        {
            ["apiVersion"] = "palisade.dev/v1alpha1",
            ["kind"] = "ClusterNetworkPolicy",
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = spec,
        };
        if (spec["ingress"]![0]!["from"]!.AsArray().Count < 100)
        {
            entity["metadata"]!["annotations"] = new JsonObject
            {
                ["kubectl.kubernetes.io/last-applied-configuration"] = entity.ToJsonString(),
            };
        }

        var review = new JsonObject
        {
            ["apiVersion"] = "admission.k8s.io/v1",
            ["kind"] = "AdmissionReview",
            ["request"] = new JsonObject
            {
                ["uid"] = "0df28fbd-5f5f-11e8-bc74-36e6bb280816",
                ["kind"] = new JsonObject
                {
                    ["group"] = "palisade.dev",
                    ["version"] = "v1alpha1",
                    ["kind"] = "ClusterNetworkPolicy",
                },
                ["name"] = name,
                ["operation"] = operation,
                ["userInfo"] = new JsonObject { ["username"] = "ada" },
                ["object"] = entity,
            },
        };
        return Encoding.UTF8.GetBytes(review.ToJsonString());
    }
}
