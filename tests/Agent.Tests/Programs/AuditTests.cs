using Palisade.Lab.Probes;
using Palisade.Runtime.Caching;
using Palisade.Testing;

namespace Palisade.Agent.Tests.Programs;

/// <summary>A DefaultDenyProfile in Audit: what it would deny is logged and counted, and nothing is denied.</summary>
[Collection(nameof(NodeApiServer))]
public sealed class AuditTests(NodeApiServer api)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_ProfileInAudit_LogsAndCountsWhatItWouldDenyAndDeniesNothing()
    {
        await using var node = await TestNode.CreateAsync(api);
        var web = await node.AddPodAsync("web", """{"app": "web"}""");
        var db = await node.AddPodAsync("db", """{"app": "db"}""");
        var agent = node.StartAgent();
        await agent.WroteAsync("Ready", Token);
        await api.KubectlAsync(["label", "namespace", node.Namespace, $"audited={node.Name}"], Token);
        await using var profile = await ApplyProfileAsync(node, "Audit");

        var (source, target) = ($"{node.Namespace}/web ({web.Addresses[0]})", $"{node.Namespace}/db ({db.Addresses[0]})");
        foreach (var direction in (string[])["egress", "ingress"])
        {
            var line =
                $"Would deny {direction}: {source} to {target}, TCP port 80: {node.Namespace}/palisade-ddp-{node.Name} in Audit would isolate";
            await Eventually.TrueAsync(
                async () =>
                {
                    (await TestNode.ConnectAsync(web, db)).ShouldBe(ProbeOutcome.Open);
                    return agent.Output.Contains(line, StringComparison.Ordinal);
                },
                Token,
                $"the agent writes \"{line}\""
            );
        }

        // Read back on the timer.
        await Eventually.TrueAsync(
            async () => await DeniedAsync(node, "would-deny", "egress") > 0 && await DeniedAsync(node, "would-deny", "ingress") > 0,
            Token,
            "would-be denials are counted"
        );
        (await DeniedAsync(node, "denied", "egress")).ShouldBe(0);
        (await node.GetAsync("/metrics")).Body.ShouldContain(
            "palisade_agent_logged_packets_total{direction=\"egress\",verdict=\"would-deny\"}"
        );
    }

    [Fact]
    public async Task Run_ProfileInAuditAllowsTheApiServer_ItsAddressIsNoWouldBeDenial()
    {
        await using var node = await TestNode.CreateAsync(api);
        var web = await node.AddPodAsync("web", """{"app": "web"}""");
        await api.KubectlAsync(["label", "namespace", node.Namespace, $"audited={node.Name}"], Token);
        await using var profile = await ApplyProfileAsync(node, "Audit");
        // A server that has just started says so a moment later.
        await Eventually.TrueAsync(
            async () =>
                (await EndpointsInformer.ReadAsync(api.Client, [new("default") { Service = "kubernetes" }], Token)).Any(endpoints =>
                    endpoints.Subsets is { Count: > 0 }
                ),
            Token,
            "the API server says where it is"
        );
        var agent = node.StartAgent();
        await agent.WroteAsync("Ready", Token);

        var rules = await RulesOfAuditAsync(node);

        // The Service "kubernetes", and the server's own address behind it.
        rules.ShouldContain($"-d {TestNode.ApiServerAddress}/32 -p tcp");
        rules.ShouldContain("-d 10.96.0.1/32 -p tcp");
        agent.Output.ShouldNotContain("cannot be resolved");
        web.Addresses.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Once_ProfileInAudit_WritesTheSameRules()
    {
        await using var node = await TestNode.CreateAsync(api);
        await node.AddPodAsync("web", """{"app": "web"}""");
        await api.KubectlAsync(["label", "namespace", node.Namespace, $"audited={node.Name}"], Token);
        await using var profile = await ApplyProfileAsync(node, "Audit");
        var agent = node.StartAgent();
        await agent.WroteAsync("Ready", Token);
        // The first pass cannot know yet what the profile's allowances name.
        await Eventually.TrueAsync(() => agent.Output.Split("Wrote").Length > 2, Token, "the pass that audits has ended");
        (await node.RulesAsync()).ShouldContain("PLSD-EAUDIT");
        await agent.TerminateAsync(Token);

        var once = node.StartAgent("--once");

        (await once.WaitForExitAsync(Token)).ShouldBe(0, once.Output);
        once.Output.ShouldContain("Nothing to write");
    }

    private static async Task<string> RulesOfAuditAsync(TestNode node)
    {
        var rules = "";
        await Eventually.TrueAsync(
            async () => (rules = await node.RulesAsync()).Contains("PLSD-EAUDIT", StringComparison.Ordinal),
            Token,
            "the profile is audited"
        );
        return rules;
    }

    private static async Task<double> DeniedAsync(TestNode node, string verdict, string direction)
    {
        var lines = (await node.GetAsync("/metrics")).Body.Split('\n');
        return lines
            .Where(line =>
                line.StartsWith("palisade_agent_class_denied_packets_total{", StringComparison.Ordinal)
                && line.Contains($"direction=\"{direction}\"", StringComparison.Ordinal)
                && line.Contains($"verdict=\"{verdict}\"", StringComparison.Ordinal)
            )
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
    }

    private async Task<IAsyncDisposable> ApplyProfileAsync(TestNode node, string enforcement)
    {
        await node.ApplyAsync(
            $$"""
            {"apiVersion": "palisade.dev/v1alpha1", "kind": "DefaultDenyProfile", "metadata": {"name": "{{node.Name}}"},
             "spec": {"namespaceSelector": {"matchLabels": {"audited": "{{node.Name}}"} }, "enforcement": "{{enforcement}}",
                      "allow": {"dns": true, "sameNamespace": false, "kubeAPIServer": true} } }
            """
        );
        return new Profile(api, node.Name);
    }

    private sealed class Profile(NodeApiServer api, string name) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await api.TryKubectlAsync(["delete", "defaultdenyprofile", name], CancellationToken.None);
    }
}
