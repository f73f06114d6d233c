using System.Text.RegularExpressions;
using Palisade.Testing;

namespace Palisade.Cli.Tests.Explain;

/// <summary>README's first example, applied as it stands, does what README says of it, and stops nothing that a cluster depends on.</summary>
public sealed partial class ReadmeExampleTests : IDisposable
{
    private const string Cluster = """
        apiVersion: v1
        kind: NamespaceList
        items:
        - {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
        - {apiVersion: v1, kind: Namespace, metadata: {name: bank}}
        - {apiVersion: v1, kind: Namespace, metadata: {name: kube-system, labels: {kubernetes.io/metadata.name: kube-system}}}
        - {apiVersion: v1, kind: Namespace, metadata: {name: monitoring, labels: {kubernetes.io/metadata.name: monitoring}}}
        - {apiVersion: v1, kind: Namespace, metadata: {name: argocd}}
        ---
        apiVersion: v1
        kind: PodList
        items:
        - {apiVersion: v1, kind: Pod, metadata: {name: api, namespace: shop}, spec: {containers: [{name: c, ports: [{containerPort: 9090}]}]}}
        - {apiVersion: v1, kind: Pod, metadata: {name: db, namespace: shop}, spec: {containers: [{name: c}]}}
        - {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: bank}, spec: {containers: [{name: c}]}}
        - {apiVersion: v1, kind: Pod, metadata: {name: prometheus, namespace: monitoring}, spec: {containers: [{name: c}]}}
        - {apiVersion: v1, kind: Pod, metadata: {name: repo-server, namespace: argocd}, spec: {containers: [{name: c}]}}
        - apiVersion: v1
          kind: Pod
          metadata: {name: dns, namespace: kube-system, labels: {k8s-app: kube-dns}}
          spec: {containers: [{name: c, ports: [{containerPort: 53, protocol: UDP}]}]}
        """;

    private readonly TemporaryFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("shop/api", "kube-system/dns:53/udp", ExitCode.Clean)]
    [InlineData("monitoring/prometheus", "shop/api:9090", ExitCode.Clean)]
    [InlineData("monitoring/prometheus", "kube-system/dns:53/udp", ExitCode.Clean)]
    [InlineData("shop/api", "shop/db:5432", ExitCode.Clean)]
    [InlineData("argocd/repo-server", "203.0.113.10:443", ExitCode.Clean)]
    [InlineData("kube-system/dns", "203.0.113.53:53/udp", ExitCode.Clean)]
    [InlineData("bank/web", "shop/db:5432", ExitCode.Findings)]
    [InlineData("shop/api", "203.0.113.10:443", ExitCode.Findings)]
    public async Task Example_AsItStands_IsWhatReadmeSays(string from, string to, int expected)
    {
        var readme = await File.ReadAllTextAsync(Path.Join(Repository.Root, "README.md"), TestContext.Current.CancellationToken);
        var example = _files.Write("example.yaml", Example().Match(readme).Groups["yaml"].Value);
        var cluster = _files.Write("cluster.yaml", Cluster);

        var run = await CliRun.RunAsync("explain", "-f", example, "-f", cluster, "--from", from, "--to", to);

        run.ExitCode.ShouldBe(expected, run.Output + run.Error);
    }

    [GeneratedRegex("```yaml\n(?<yaml>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Example();
}
