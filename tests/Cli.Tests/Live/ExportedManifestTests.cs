using Palisade.Testing;

namespace Palisade.Cli.Tests.Live;

/// <summary>What <c>kubectl get -o yaml</c> prints is as good as what was applied.</summary>
[Collection<LiveCollection>]
public sealed class ExportedManifestTests(ApiServerFixture server) : IAsyncLifetime
{
    private const string Kinds = "clusternetworkpolicies.palisade.dev,defaultdenyprofiles.palisade.dev,networkpolicies.networking.k8s.io";

    private const string NetworkPolicy = """
        {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "exported", "namespace": "acme-web"},
         "spec": {"podSelector": {}, "policyTypes": ["Ingress"]}}
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await InstalledDefinitions.InstallAsync(server, Token);
        await server.KubectlAsync(["apply", "-f", Path.Join(Samples.Shop, "namespaces.yaml")], Token);
        await server.KubectlAsync(["apply", "--validate=false", "-f", Path.Join(Samples.Shop, "policies.yaml")], Token);
        var file = Path.Join(server.Directory, "exported.json");
        await File.WriteAllTextAsync(file, NetworkPolicy, Token);
        await server.KubectlAsync(["apply", "-f", file], Token);
    }

    public async ValueTask DisposeAsync() => await server.KubectlAsync(["delete", Kinds, "--all", "-A"], Token);

    [Theory]
    [InlineData("yaml")]
    [InlineData("json")]
    public async Task Lint_WhatTheClusterPrints_HasNoErrors(string format)
    {
        var exported = await server.KubectlAsync(["get", Kinds, "-A", "-o", format], Token);

        exported.ShouldContain("creationTimestamp");
        // Not the warnings: what else is in the cluster is not in the export.
        var run = await CliRun.RunWithInputAsync(exported, "lint", "-f", "-");
        run.Error.ShouldBeEmpty();
        run.Output.ShouldContain(" policies");
        run.Output.ShouldNotContain("error: ");
        run.ExitCode.ShouldBe(ExitCode.Clean);
    }

    [Theory]
    [InlineData("report", "--to", "-")]
    [InlineData("expand")]
    public async Task OtherCommands_WhatTheClusterPrints_ReadIt(params string[] command)
    {
        var exported = await server.KubectlAsync(["get", $"namespaces,{Kinds}", "-A", "-o", "yaml"], Token);

        var run = await CliRun.RunWithInputAsync(exported, [.. command, "-f", "-"]);

        run.Error.ShouldNotContain("creationTimestamp");
        run.ExitCode.ShouldBe(ExitCode.Clean, run.Output + run.Error);
    }
}
