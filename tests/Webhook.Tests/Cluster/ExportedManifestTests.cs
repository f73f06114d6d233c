using Palisade.Testing;

namespace Palisade.Webhook.Tests.Cluster;

/// <summary>What <c>kubectl get -o yaml</c> printed can be applied as it is, to the cluster that it comes from and to another.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class ExportedManifestTests(ClusterFixture cluster)
{
    private const string ClusterNetworkPolicy = """
        apiVersion: palisade.dev/v1alpha1
        kind: ClusterNetworkPolicy
        metadata: {name: exported}
        spec:
          namespaceSelector: {matchLabels: {exported: none}}
          policyTypes: [Ingress]
        """;

    private const string DefaultDenyProfile = """
        apiVersion: palisade.dev/v1alpha1
        kind: DefaultDenyProfile
        metadata: {name: exported}
        spec:
          namespaceSelector: {matchLabels: {exported: none}}
        """;

    private const string NetworkPolicy = """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: exported, namespace: shop}
        spec:
          podSelector: {matchLabels: {app: exported}}
          policyTypes: [Ingress]
        """;

    [Theory]
    [InlineData("clusternetworkpolicies.palisade.dev", ClusterNetworkPolicy)]
    [InlineData("defaultdenyprofiles.palisade.dev", DefaultDenyProfile)]
    [InlineData("networkpolicies.networking.k8s.io", NetworkPolicy)]
    public async Task Apply_ExportedManifest_IsTakenWithoutAFinding(string resource, string manifest)
    {
        var cancellation = TestContext.Current.CancellationToken;
        string[] name = [resource, "exported", "-n", "shop"];
        await cluster.Server.KubectlAsync(["create", "-f", await FileAsync(manifest)], cancellation);
        var exported = await cluster.Server.KubectlAsync(["get", .. name, "-o", "yaml"], cancellation);
        await using var webhook = await RegisteredWebhook.StartReadyAsync(
            cluster,
            RegisteredWebhook.Options with
            {
                ImpactWarnings = false,
            }
        );

        var unchanged = await cluster.ApplyAsync(exported);
        await cluster.Server.KubectlAsync(["delete", .. name], cancellation);
        var elsewhere = await cluster.Server.TryKubectlAsync(
            ["create", "--save-config", "-f", await FileAsync(WithoutIdentity(exported))],
            cancellation
        );
        var changed = await cluster.ApplyAsync(WithoutIdentity(exported).Replace("- Ingress", "- Egress", StringComparison.Ordinal));
        await cluster.Server.KubectlAsync(["delete", .. name], cancellation);

        foreach (var result in (CommandResult[])[unchanged, elsewhere, changed])
        {
            result.ExitCode.ShouldBe(0, result.Error);
            result.Error.ShouldNotContain("PAL04");
        }
    }

    /// <summary>Without what only holds for the one object that it was printed of.</summary>
    private static string WithoutIdentity(string exported) =>
        string.Join(
            '\n',
            exported
                .Split('\n')
                .Where(line =>
                    !line.Contains("  resourceVersion:", StringComparison.Ordinal) && !line.Contains("  uid:", StringComparison.Ordinal)
                )
        );

    private async Task<string> FileAsync(string manifest)
    {
        var file = Path.Combine(cluster.Server.Directory, $"exported-{Guid.NewGuid():N}.yaml");
        await File.WriteAllTextAsync(file, manifest, TestContext.Current.CancellationToken);
        return file;
    }
}
