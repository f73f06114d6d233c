using System.Text.Json;
using Palisade.Testing;

[assembly: AssemblyFixture(typeof(ApiServerFixture))]

namespace Palisade.CrdGenerator.Tests;

/// <summary>What the real kube-apiserver makes of the definitions.</summary>
public sealed class ServedTests(ApiServerFixture server) : IClassFixture<AppliedDefinitions>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Definitions_Applied_AreEstablishedAndStructural()
    {
        using var list = JsonDocument.Parse(await server.KubectlAsync(["get", "crd", "-o", "json"], Cancellation));
        var conditions = list
            .RootElement.GetProperty("items")
            .EnumerateArray()
            .SelectMany(crd => crd.GetProperty("status").GetProperty("conditions").EnumerateArray())
            .Select(condition => $"{condition.GetProperty("type").GetString()}={condition.GetProperty("status").GetString()}")
            .ToList();

        conditions.Count(condition => condition == "Established=True").ShouldBe(Definitions.All.Count);
        conditions.ShouldAllBe(condition => condition == "Established=True" || condition == "NamesAccepted=True");
    }

    [Fact]
    public async Task Explain_IngressRules_SaysWhatTheyAreFor()
    {
        var text = await ExplainAsync("clusternetworkpolicies.spec.ingress");

        text.ShouldContain("Rules for incoming connections to the selected pods; one that fits");
        text.ShouldContain("Sources; absent or empty means every source, also outside the cluster.");
    }

    [Fact]
    public async Task Explain_ByShortNameDownToASelector_SaysWhatEachFieldIsFor()
    {
        var text = await ExplainAsync("cnetpol.spec.egress.to.nodes.matchExpressions");

        text.ShouldContain("One requirement on one label.");
        text.ShouldContain("Label key the requirement is about.");
    }

    /// <summary>The text without its line breaks, which differ by the version of kubectl.</summary>
    private async Task<string> ExplainAsync(string path) =>
        string.Join(
            ' ',
            (await server.KubectlAsync(["explain", path], Cancellation)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        );

    [Fact]
    public async Task Get_ByCategory_ShowsTheColumns()
    {
        await ApplyAsync("DefaultDenyProfile", "columns", "{namespaceSelector: {}, enforcement: Audit}");

        var rows = (await server.KubectlAsync(["get", "palisade"], Cancellation)).Split('\n');

        rows[0]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe(["NAME", "READY", "NAMESPACES", "UP-TO-DATE", "ENFORCEMENT", "AGE"]);
        rows[1].ShouldContain("Audit");
        (await server.KubectlAsync(["get", "ddp", "-o", "wide"], Cancellation)).ShouldContain("MESSAGE");
    }

    [Theory]
    [InlineData("ClusterNetworkPolicy", "{namespaceSelector: {}, ingress: [{}]}")]
    [InlineData(
        "ClusterNetworkPolicy",
        "{namespaceSelector: {}, ingress: [{ports: [{port: 80}, {port: http, protocol: UDP}, {port: 1, endPort: 2}]}]}"
    )]
    [InlineData(
        "ClusterNetworkPolicy",
        "{namespaceSelector: {}, egress: [{to: [{tenant: {labels: [team]}}, {nodes: {}}, {entity: ClusterDNS}]}]}"
    )]
    [InlineData("DefaultDenyProfile", "{namespaceSelector: {}, allow: {kubeAPIServer: true, egress: [{}]}}")]
    public async Task Apply_Valid_KeepsEveryField(string kind, string spec)
    {
        await ApplyAsync(kind, "kept", spec);

        // A field that the schema does not know would have been dropped, and then the next apply would find a difference.
        (await ApplyAsync(kind, "kept", spec)).ShouldContain("unchanged");
        await server.KubectlAsync(["delete", kind, "kept"], Cancellation);
    }

    // docs/decisions/0003: what the catalogue explains better goes through to the webhook.
    [Theory]
    [InlineData("{namespaceSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/33, except: [expect]}}]}]}")]
    [InlineData("{namespaceSelector: {}, ingress: [{from: [{ipBlock: {}}]}]}")]
    [InlineData("{namespaceSelector: {}, ingress: [{ports: [{protocol: tcp, port: 70000}]}]}")]
    [InlineData("{namespaceSelector: {}, policyTypes: [ingress, Ingress, Ingress]}")]
    [InlineData("{namespaceSelector: {}, ingress: [{from: [{entity: kubeAPI}, {tenant: {labels: []}}]}]}")]
    [InlineData("{namespaceSelector: {matchExpressions: [{key: '-', operator: in}]}}")]
    public async Task Apply_WhatTheWebhookExplains_PassesTheSchema(string spec)
    {
        await ApplyAsync("ClusterNetworkPolicy", "odd", spec);
        await server.KubectlAsync(["delete", "cnetpol", "odd"], Cancellation);
    }

    [Fact]
    public async Task Apply_WithoutNamespaceSelector_IsRefused()
    {
        var result = await TryApplyAsync("ClusterNetworkPolicy", "nowhere", "{}", "--validate=false");

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("spec.namespaceSelector: Required value");
    }

    [Fact]
    public async Task Apply_TooManyRules_IsRefused()
    {
        var rules = string.Join(", ", Enumerable.Repeat("{}", 65));

        var result = await TryApplyAsync("ClusterNetworkPolicy", "many", $"{{namespaceSelector: {{}}, ingress: [{rules}]}}");

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("at most 64 items");
    }

    private async Task<string> ApplyAsync(string kind, string name, string spec)
    {
        var result = await TryApplyAsync(kind, name, spec);
        result.ExitCode.ShouldBe(0, result.Error);
        return result.Output;
    }

    private async Task<CommandResult> TryApplyAsync(string kind, string name, string spec, params string[] options)
    {
        var file = Path.Combine(server.Directory, $"{name}.yaml");
        var manifest = $"apiVersion: palisade.dev/v1alpha1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {spec}\n";
        await File.WriteAllTextAsync(file, manifest, Cancellation);
        return await server.TryKubectlAsync(["apply", "-f", file, .. options], Cancellation);
    }
}
