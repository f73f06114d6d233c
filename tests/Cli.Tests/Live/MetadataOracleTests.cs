using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Policy.Validation;
using Palisade.Testing;

namespace Palisade.Cli.Tests.Live;

/// <summary>Of names, labels and annotations the kube-apiserver refuses exactly what lint refuses, for all three kinds.</summary>
[Collection<LiveCollection>]
public sealed class MetadataOracleTests(ApiServerFixture server) : IAsyncLifetime
{
    private static readonly string[] Names =
    [
        "plain",
        "a.b-c.1",
        "0",
        "a..b",
        ".a",
        "a.",
        "a-.b",
        "a.-b",
        "-a",
        "a-",
        "Upper",
        "under_score",
        "a b",
        "ü",
        new('a', 253),
        new('a', 254),
    ];

    private static readonly string[] Keys =
    [
        "app",
        "App_1.x-y",
        "example.com/app",
        "Example.com/app",
        "a_b.c/app",
        "/app",
        "a/",
        "a/b/c",
        "my team",
        "-a",
        "a-",
        new('k', 63),
        new('k', 64),
        $"{new string('p', 253)}/k",
        $"{new string('p', 254)}/k",
    ];

    private static readonly string[] Values = ["", "red", "Red_1.x-y", "red team", "-a", "a-", "ü", new('v', 63), new('v', 64)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await InstalledDefinitions.InstallAsync(server, Token);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Lint_Metadata_RefusesWhatTheApiServerRefuses()
    {
        var home = (await server.CreateNamespaceAsync(null, Token)).Metadata.Name;
        var judged = new List<(string What, bool IsRefused)>();
        var found = new List<(string What, bool IsRefused)>();
        foreach (var (what, metadata) in Cases())
        {
            var isRefused = MetadataValidator.Validate(metadata()).Count > 0;
            var policy = new V1NetworkPolicy { Metadata = metadata(), Spec = new() };
            policy.Metadata.NamespaceProperty = home;
            var nowhere = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["no"] = "namespace" } };

            judged.Add(($"NetworkPolicy {what}", await IsRefusedAsync(policy)));
            judged.Add(
                (
                    $"ClusterNetworkPolicy {what}",
                    await IsRefusedAsync(
                        new ClusterNetworkPolicy
                        {
                            Metadata = metadata(),
                            Spec = new() { NamespaceSelector = nowhere },
                        }
                    )
                )
            );
            judged.Add(
                (
                    $"DefaultDenyProfile {what}",
                    await IsRefusedAsync(
                        new DefaultDenyProfile
                        {
                            Metadata = metadata(),
                            Spec = new() { NamespaceSelector = nowhere },
                        }
                    )
                )
            );
            found.AddRange(judged.TakeLast(3).Select(judgement => (judgement.What, isRefused)));
        }

        found.ShouldBe(judged);
        judged.Count(judgement => judgement.IsRefused).ShouldBeInRange(judged.Count / 4, judged.Count * 3 / 4);
    }

    // Made for each request, as the client's answer must not change what the next one sends.
    private static IEnumerable<(string What, Func<V1ObjectMeta> Metadata)> Cases() =>
        [
            .. Names.Select(name => ($"name {name}", (Func<V1ObjectMeta>)(() => new() { Name = name }))),
            .. Keys.Select(key => ($"label {key}", (Func<V1ObjectMeta>)(() => new() { Name = "x", Labels = One(key, "x") }))),
            .. Values.Select(value => ($"value {value}", (Func<V1ObjectMeta>)(() => new() { Name = "x", Labels = One("k", value) }))),
            .. Keys.Select(key => ($"annotation {key}", (Func<V1ObjectMeta>)(() => new() { Name = "x", Annotations = One(key, "a b") }))),
        ];

    private static Dictionary<string, string> One(string key, string value) => new(StringComparer.Ordinal) { [key] = value };

    private async Task<bool> IsRefusedAsync<T>(T entity)
        where T : class, k8s.IKubernetesObject<V1ObjectMeta>
    {
        try
        {
            await server.Client.CreateAsync(entity, Token);
        }
        catch (KubernetesException e) when (e.Reason == StatusReasons.Invalid)
        {
            return true;
        }

        await server.Client.DeleteAsync<T>(NamespacedName.From(entity), null, Token);
        return false;
    }
}
