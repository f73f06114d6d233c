using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Palisade.Agent.Tests.Programs;

/// <summary>Writes objects past the API server's validation: what a newer API server lets through, or an older one let through once.</summary>
internal static class EtcdStore
{
    /// <summary>Changes a NetworkPolicy where it is stored; the API server sends what is there to those that watch.</summary>
    public static async Task ChangePolicyAsync(NodeApiServer api, string namespaceName, string name, Action<JsonNode> change)
    {
        var token = TestContext.Current.CancellationToken;
        var policy = JsonNode.Parse(await api.KubectlAsync(["get", "networkpolicy", "-n", namespaceName, name, "-o", "json"], token))!;
        change(policy["spec"]!);
        var metadata = policy["metadata"]!.AsObject();
        metadata["generation"] = metadata["generation"]!.GetValue<long>() + 1;
        metadata.Remove("resourceVersion");
        using var client = new HttpClient { BaseAddress = new Uri(await AddressAsync(api)) };
        using var response = await client.PostAsJsonAsync(
            "/v3/kv/put",
            new { key = Base64($"/registry/networkpolicies/{namespaceName}/{name}"), value = Base64(policy.ToJsonString()) },
            token
        );
        response.EnsureSuccessStatusCode();
    }

    private static async Task<string> AddressAsync(NodeApiServer api)
    {
        var id = (await File.ReadAllTextAsync(Path.Combine(api.Directory, "etcd.pid"))).Trim();
        var arguments = (await File.ReadAllTextAsync($"/proc/{id}/cmdline")).Split('\0');
        return arguments[Array.IndexOf(arguments, "--listen-client-urls") + 1];
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
