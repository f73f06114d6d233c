using Palisade.Lab.Probes;
using Palisade.Testing;

namespace Palisade.Agent.Tests.Programs;

/// <summary>The program with a role that lacks something, as in an upgrade whose ClusterRole comes later.</summary>
[Collection(nameof(NodeApiServer))]
public sealed class OptionalKindsTests(NodeApiServer api)
{
    private const string Needed = "networkpolicies.networking.k8s.io,namespaces,pods,nodes";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_MayNotListProfiles_EnforcesAndSaysWhatIsMissingUntilItMay()
    {
        await using var node = await TestNode.CreateAsync(api);
        node.User = $"early-{node.Name}";
        await AllowAsync(node.User, "needed", Needed);
        var web = await node.AddPodAsync("web", """{"app": "web"}""");
        var db = await node.AddPodAsync("db", """{"app": "db"}""");
        await node.ApplyPolicyAsync("deny", PolicySpecs.DenyAll);

        var agent = node.StartAgent();
        await TestNode.BecomesAsync(web, db, ProbeOutcome.Refused);

        // The rules are in the kernel a moment before the pass that wrote them has ended.
        await Eventually.TrueAsync(
            async () =>
            {
                var now = (await node.GetAsync("/readyz")).Body;
                return now.Contains("[-]audit", StringComparison.Ordinal) && now.Contains("[+]rules ok", StringComparison.Ordinal);
            },
            Token
        );
        var (status, body) = await node.GetAsync("/readyz");
        status.ShouldBe(503);
        body.ShouldContain("[-]audit DefaultDenyProfiles cannot be read, so those in Audit are left out");
        body.ShouldContain("defaultdenyprofiles.palisade.dev is forbidden");
        body.ShouldContain("[+]caches ok");
        body.ShouldContain("[+]rules ok");

        await AllowAsync(node.User, "profiles", "defaultdenyprofiles.palisade.dev");
        await Eventually.TrueAsync(async () => (await node.GetAsync("/readyz")).Status == 200, Token);
        agent.Output.ShouldContain("Audit: good again");
        (await TestNode.ConnectAsync(web, db)).ShouldBe(ProbeOutcome.Refused);
    }

    [Fact]
    public async Task Once_MayNotListProfiles_EnforcesAndSaysWhatIsLeftOut()
    {
        await using var node = await TestNode.CreateAsync(api);
        node.User = $"early-{node.Name}";
        await AllowAsync(node.User, "needed", Needed);
        var web = await node.AddPodAsync("web", """{"app": "web"}""");
        var db = await node.AddPodAsync("db", """{"app": "db"}""");
        await node.ApplyPolicyAsync("deny", PolicySpecs.DenyAll);

        var agent = node.StartAgent("--once");

        (await agent.WaitForExitAsync(Token)).ShouldBe(0, agent.Output);
        agent.Output.ShouldContain("DefaultDenyProfiles in Audit are left out: defaultdenyprofiles.palisade.dev is forbidden");
        (await TestNode.ConnectAsync(web, db)).ShouldBe(ProbeOutcome.Refused);
    }

    [Fact]
    public async Task Run_MayNotListPods_WritesNothingAndSaysWhy()
    {
        await using var node = await TestNode.CreateAsync(api);
        node.User = $"early-{node.Name}";
        await AllowAsync(node.User, "needed", Needed.Replace(",pods", "", StringComparison.Ordinal));
        await node.ApplyPolicyAsync("deny", PolicySpecs.DenyAll);

        var agent = node.StartAgent();

        await agent.WroteAsync("waiting for the API server to list Pod (pods is forbidden", Token);
        (await node.SetsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_Crashes_ExitsWithAnError()
    {
        await using var node = await TestNode.CreateAsync(api);

        var agent = node.StartAgent(ProgramFault.Crash.Environment());

        (await agent.WaitForExitAsync(Token)).ShouldNotBe(0);
        agent.Output.ShouldContain("a fault made by a test");
    }

    private async Task AllowAsync(string user, string name, string resources)
    {
        await api.KubectlAsync(["create", "clusterrole", $"{user}-{name}", "--verb=list,watch", $"--resource={resources}"], Token);
        await api.KubectlAsync(["create", "clusterrolebinding", $"{user}-{name}", $"--clusterrole={user}-{name}", $"--user={user}"], Token);
    }
}
