using System.Text;
using System.Text.Json.Nodes;

namespace Palisade.Webhook.Tests;

/// <summary>Makes admission reviews as the API server sends them.</summary>
internal static class Reviews
{
    public const string ClusterNetworkPolicy = "ClusterNetworkPolicy";
    public const string DefaultDenyProfile = "DefaultDenyProfile";
    public const string NetworkPolicy = "NetworkPolicy";

    public static JsonObject Create(string kind, string spec, string name = "db") => Create(Entity(kind, spec, name));

    public static JsonObject Create(JsonObject entity) => Of("CREATE", entity, null);

    public static JsonObject Update(JsonObject oldEntity, JsonObject newEntity) => Of("UPDATE", newEntity, oldEntity);

    public static JsonObject Delete(JsonObject entity) => Of("DELETE", null, entity);

    public static JsonObject Entity(string kind, string spec, string name = "db") =>
        new()
        {
            ["apiVersion"] = kind == NetworkPolicy ? "networking.k8s.io/v1" : "palisade.dev/v1alpha1",
            ["kind"] = kind,
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = JsonNode.Parse(spec),
        };

    public static JsonObject By(this JsonObject review, string user)
    {
        review["request"]!["userInfo"] = new JsonObject { ["username"] = user };
        return review;
    }

    public static byte[] Bytes(this JsonObject review) => Encoding.UTF8.GetBytes(review.ToJsonString());

    private static JsonObject Of(string operation, JsonObject? entity, JsonObject? oldEntity)
    {
        var one = entity ?? oldEntity!;
        var kind = (string)one["kind"]!;
        var groupVersion = ((string)one["apiVersion"]!).Split('/');
        return new JsonObject
        {
            ["apiVersion"] = "admission.k8s.io/v1",
            ["kind"] = "AdmissionReview",
            ["request"] = new JsonObject
            {
                ["uid"] = "0df28fbd-5f5f-11e8-bc74-36e6bb280816",
                ["kind"] = new JsonObject
                {
                    ["group"] = groupVersion[0],
                    ["version"] = groupVersion[1],
                    ["kind"] = kind,
                },
                ["resource"] = new JsonObject
                {
                    ["group"] = groupVersion[0],
                    ["version"] = groupVersion[1],
                    ["resource"] = "any",
                },
                ["name"] = one["metadata"]?["name"]?.DeepClone(),
                ["namespace"] = kind == NetworkPolicy ? "shop" : null,
                ["operation"] = operation,
                ["userInfo"] = new JsonObject { ["username"] = "ada", ["groups"] = new JsonArray("system:authenticated") },
                ["object"] = entity?.DeepClone(),
                ["oldObject"] = oldEntity?.DeepClone(),
                ["dryRun"] = false,
                ["options"] = new JsonObject { ["kind"] = "CreateOptions", ["apiVersion"] = "meta.k8s.io/v1" },
            },
        };
    }
}
