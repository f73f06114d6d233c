using System.Text.Json.Nodes;
using Palisade.Testing;

namespace Palisade.EndToEnd;

/// <summary>Plays Argo CD's part: applies custom resources with its tracking marks again and again, compares, and prunes what carries them.</summary>
public sealed class ArgoTests(ClusterFixture cluster)
{
    private static readonly string[] Kinds = ["clusternetworkpolicies.palisade.dev", "defaultdenyprofiles.palisade.dev", "networkpolicies"];

    private const string Namespaces = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: CASE-1, labels: {case: CASE}}
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: CASE-2, labels: {case: CASE}}
        """;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("argo-client")]
    [InlineData("argo-server", "--server-side", "--field-manager=argocd-controller", "--force-conflicts")]
    public async Task Sync_Repeated_FindsNoDifferenceAndPrunesNothingOfOurs(string application, params string[] options)
    {
        await cluster.ApplyAsync(Namespaces.Replace("CASE", application, StringComparison.Ordinal), CancellationToken);
        JsonObject[] desired = [Profile(application), Policy(application, "web"), Policy(application, "data")];
        await SyncAsync(desired, options);
        await ReadyAsync(application, desired.Length);
        var before = await ListAsync(application);

        for (var round = 0; round < 3; round++)
        {
            await SyncAsync(desired, options);
            (await DiffAsync(desired, options)).ShouldBeEmpty();
        }

        var after = await ListAsync(application);
        // Neither the syncs nor the operator's answers to them wrote anything.
        Versions(after).ShouldBe(Versions(before));
        foreach (var wanted in desired)
        {
            var live = after.Single(entity => Key(entity) == Key(wanted));
            JsonNode.DeepEquals(live["spec"], wanted["spec"]).ShouldBeTrue(live["spec"]!.ToJsonString());
        }

        // What Argo CD would prune when it is not in Git: all that carries its marks and has no owner.
        after.Where(IsTracked).Select(Key).ShouldBe(desired.Select(Key), ignoreOrder: true);
        var stamped = after.Where(entity => entity["kind"]!.GetValue<string>() == "NetworkPolicy").ToList();
        stamped.Count.ShouldBe(6);
        stamped.ShouldAllBe(entity => entity["metadata"]!["ownerReferences"]!.AsArray().Count == 1);

        await PruneAsync(desired[1]);

        var left = Versions(after).Where(entry => !entry.Contains($"{application}-web-policy", StringComparison.Ordinal)).ToList();
        await Eventually.TrueAsync(async () => Versions(await ListAsync(application)).SequenceEqual(left), CancellationToken);
        await PruneAsync(desired[0]);
        await PruneAsync(desired[2]);
        await cluster.KubectlAsync(CancellationToken, "delete", "namespace", "-l", $"case={application}", "--wait=false");
    }

    private static JsonObject Profile(string application) =>
        Tracked(
            application,
            """
            {"apiVersion": "palisade.dev/v1alpha1", "kind": "DefaultDenyProfile", "metadata": {"name": "CASE"},
             "spec": {"namespaceSelector": {"matchLabels": {"case": "CASE"}}}}
            """
        );

    private static JsonObject Policy(string application, string name) =>
        Tracked(
            application,
            """
            {"apiVersion": "palisade.dev/v1alpha1", "kind": "ClusterNetworkPolicy", "metadata": {"name": "CASE-NAME-policy"},
             "spec": {"namespaceSelector": {"matchLabels": {"case": "CASE"}}, "podSelector": {"matchLabels": {"app": "NAME"}},
                      "ingress": [{"from": [{"podSelector": {}}], "ports": [{"port": 80}, {"port": "http"}]}]}}
            """.Replace("NAME", name, StringComparison.Ordinal)
        );

    /// <summary>As Argo CD marks what it applies: by annotation, and by label where it is set up so.</summary>
    private static JsonObject Tracked(string application, string json)
    {
        var entity = JsonNode.Parse(json.Replace("CASE", application, StringComparison.Ordinal))!.AsObject();
        var metadata = entity["metadata"]!;
        metadata["labels"] = new JsonObject { ["app.kubernetes.io/instance"] = application };
        var id = $"{application}:palisade.dev/{entity["kind"]}:/{metadata["name"]}";
        metadata["annotations"] = new JsonObject { ["argocd.argoproj.io/tracking-id"] = id };
        return entity;
    }

    private static bool IsTracked(JsonObject entity)
    {
        var metadata = entity["metadata"]!;
        return metadata["labels"]?["app.kubernetes.io/instance"] is not null
            || metadata["annotations"]?["argocd.argoproj.io/tracking-id"] is not null;
    }

    private static string Key(JsonObject entity) => $"{entity["kind"]} {entity["metadata"]!["namespace"]}/{entity["metadata"]!["name"]}";

    private static List<string> Versions(IEnumerable<JsonObject> entities) =>
        [.. entities.Select(entity => $"{Key(entity)} {Version(entity)}").Order(StringComparer.Ordinal)];

    // Old API servers count an apply that only renews managedFields as a new version of a custom resource, so look at what matters of these.
    private static string Version(JsonObject entity) =>
        entity["kind"]!.GetValue<string>() == "NetworkPolicy"
            ? $"{entity["metadata"]!["resourceVersion"]}"
            : $"{entity["metadata"]!["generation"]} {entity["status"]!.ToJsonString()}";

    private Task<string> SyncAsync(JsonObject[] desired, string[] options) =>
        WithFileAsync(desired, file => cluster.KubectlAsync(CancellationToken, ["apply", "-f", file, .. options]));

    /// <summary>What a sync would change, in the words of <c>kubectl diff</c>.</summary>
    private Task<string> DiffAsync(JsonObject[] desired, string[] options) =>
        WithFileAsync(
            desired,
            async file =>
            {
                var result = await cluster.TryKubectlAsync(["diff", "-f", file, .. options], CancellationToken);
                result.ExitCode.ShouldBeLessThan(2, result.Error);
                return result.Output;
            }
        );

    private Task<string> PruneAsync(JsonObject entity) =>
        cluster.KubectlAsync(
            CancellationToken,
            "delete",
            entity["kind"]!.GetValue<string>(),
            entity["metadata"]!["name"]!.GetValue<string>()
        );

    private async Task ReadyAsync(string application, int count)
    {
        const string ready = """jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}""";
        string[] query = ["get", "cnetpol,ddp", "-l", $"app.kubernetes.io/instance={application}", "-o", ready];
        var wanted = string.Join(' ', Enumerable.Repeat("True", count));
        await Eventually.TrueAsync(async () => await cluster.KubectlAsync(CancellationToken, query) == wanted, CancellationToken);
    }

    /// <summary>The application's objects and what was stamped for them.</summary>
    private async Task<IReadOnlyList<JsonObject>> ListAsync(string application)
    {
        var list = await cluster.KubectlAsync(CancellationToken, "get", string.Join(',', Kinds), "-A", "-o", "json");
        return
        [
            .. JsonNode.Parse(list)!["items"]!
                .AsArray()
                .Select(entity => entity!.AsObject())
                .Where(entity => Key(entity).Contains(application, StringComparison.Ordinal)),
        ];
    }

    private static async Task<T> WithFileAsync<T>(JsonObject[] desired, Func<string, Task<T>> action)
    {
        var list = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "List",
            ["items"] = new JsonArray([.. desired.Select(entity => entity.DeepClone())]),
        };
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, list.ToJsonString());
            return await action(file);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
