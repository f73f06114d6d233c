using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Palisade.Report.Tests;

/// <summary>The report of the shop, in a real browser.</summary>
public sealed class ReportTests(Browser browser) : IClassFixture<Browser>
{
    [Fact]
    public async Task Map_Shop_ShowsWorkloadsAndConnections()
    {
        using var file = await ReportFile.OfDirectoryAsync(Samples.Shop);
        await using var report = await browser.OpenAsync(file.Path);

        await Expect(report.Page.Locator("#canvas .workload")).ToHaveCountAsync(10); // with two ranges outside
        await Expect(report.Page.Locator("#canvas .namespace")).ToHaveCountAsync(7);
        await Expect(report.Page.Locator("#edges .edge")).ToHaveCountAsync(16);
        await Expect(report.Node("acme-web/api")).ToHaveAttributeAsync("aria-label", "acme-web/api, guarded both ways");
        await Expect(report.Node("kube-system/dns")).ToHaveAttributeAsync("aria-label", "kube-system/dns, no policy guards it");
        file.Said.ShouldEndWith(": 8 workloads, 14 policies, 0 findings\n");
    }

    [Fact]
    public async Task Map_ConnectionClicked_ShowsTheRulesThatDecide()
    {
        using var file = await ReportFile.OfDirectoryAsync(Samples.Shop);
        await using var report = await browser.OpenAsync(file.Path);

        var (x, y) = await report.PointOnAsync("monitoring/prometheus to globex-web/api");
        await report.Page.Mouse.ClickAsync(x, y);

        await Expect(report.Details.Locator(".verdict")).ToHaveTextAsync("Allowed: 9090/TCP");
        await Expect(report.Details.Locator(".side").First).ToContainTextAsync("No policy guards outgoing connections here");
        await Expect(report.Details.Locator(".rule header strong")).ToHaveTextAsync("globex-web/palisade-cnp-metrics");
        await Expect(report.Details.Locator(".rule code")).ToHaveTextAsync("spec.ingress[0]");
        await Expect(report.Details.Locator(".rule pre")).ToContainTextAsync("- port: metrics");
        await Expect(report.Details.Locator(".rule header")).ToContainTextAsync("stamped by ClusterNetworkPolicy metrics");
        await Expect(report.Details.Locator(".rule header")).ToContainTextAsync("shop/policies.yaml:");
    }

    [Fact]
    public async Task Pair_NotAllowed_SaysWhyNot()
    {
        using var file = await ReportFile.OfDirectoryAsync(Samples.Shop);
        await using var report = await browser.OpenAsync(file.Path);

        await report.Page.Locator("#from").SelectOptionAsync(new SelectOptionValue { Label = "frontend" });
        await report.Page.Locator("#to").SelectOptionAsync(new SelectOptionValue { Label = "db" });

        await Expect(report.Details.Locator(".verdict")).ToHaveTextAsync("Nothing is allowed");
        await Expect(report.Details.Locator(".side").First).ToContainTextAsync("none has a rule for this pair, so nothing passes");
    }

    [Fact]
    public async Task Matrix_CellOpenedByKeyboard_ShowsTheRules()
    {
        using var file = await ReportFile.OfDirectoryAsync(Samples.Shop);
        await using var report = await browser.OpenAsync(file.Path);

        await report.Page.Keyboard.PressAsync("x");
        await report.Page.Locator("#matrix-space").FocusAsync();
        foreach (var key in (string[])["ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight"])
        {
            await report.Page.Keyboard.PressAsync(key);
        }

        await Expect(report.Cell("acme-web/api", "acme-data/db")).ToHaveAttributeAsync("class", "cell some current");
        await report.Page.Keyboard.PressAsync("Enter");
        await Expect(report.Details.Locator(".verdict")).ToHaveTextAsync("Allowed: 5432/TCP");
        await Expect(report.Cell("acme-web/frontend", "globex-data/db"))
            .ToHaveAttributeAsync("aria-label", "acme-web/frontend to globex-data/db: nothing allowed");
        await Expect(report.Cell("acme-web/api", "acme-data/db")).ToHaveAttributeAsync("aria-selected", "true");
    }

    [Fact]
    public async Task Matrix_PairThatDependsOnAddresses_SaysSoAndIsNoConnection()
    {
        using var file = await ReportFile.OfAsync(
            """
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: a}, spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c}]}}}}
            ---
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: store, namespace: a}, spec: {template: {metadata: {labels: {app: store}}, spec: {containers: [{name: c}]}}}}
            ---
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: store, namespace: a}
            spec: {podSelector: {matchLabels: {app: store}}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 5432}]}]}
            """
        );
        await using var report = await browser.OpenAsync(file.Path, "view=matrix&from=a/web&to=a/store");

        await Expect(report.Cell("a/web", "a/store"))
            .ToHaveAttributeAsync("aria-label", "a/web to a/store: depends on where pods get their addresses: 5432/TCP");
        await Expect(report.Details.Locator(".verdict")).ToHaveTextAsync("Nothing is allowed for sure");
        await Expect(report.Details.Locator(".unsure")).ToHaveTextAsync("Depends on where pods get their addresses: 5432/TCP");
    }

    [Fact]
    public async Task Map_ArrowKeysAndEnter_WalkAndSelect()
    {
        using var file = await ReportFile.OfDirectoryAsync(Samples.Shop);
        await using var report = await browser.OpenAsync(file.Path);

        await report.Node("acme-web/frontend").FocusAsync();
        await report.Node("acme-web/frontend").PressAsync("Enter");
        await Expect(report.Details.Locator("h2.title")).ToHaveTextAsync("frontend");
        await report.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(report.Node("acme-web/api")).ToBeFocusedAsync();
        await report.Page.Keyboard.PressAsync("Enter");
        await Expect(report.Details.Locator("h2.title")).ToHaveTextAsync("api");
        await report.Page.Keyboard.PressAsync("Escape");
        await Expect(report.Details.Locator("h2")).ToHaveTextAsync("Overview");
    }

    [Fact]
    public async Task Map_NamespaceFoldedByKeyboard_JoinsItsConnections()
    {
        using var file = await ReportFile.OfDirectoryAsync(Samples.Shop);
        await using var report = await browser.OpenAsync(file.Path);

        await report.Node("Namespace acme-web").FocusAsync();
        await report.Node("Namespace acme-web").PressAsync(" ");

        await Expect(report.Node("acme-web/api")).ToHaveCountAsync(0);
        await Expect(report.Node("Namespace acme-web")).ToHaveAttributeAsync("aria-expanded", "false");
        await Expect(report.Page.Locator("#edges .edge", new() { HasText = "acme-web to kube-system/dns: 2 connections" }))
            .ToHaveCountAsync(1);
    }

    [Theory]
    [InlineData("globex db", "globex-data/db")]
    [InlineData("app=db", "acme-data/db")]
    [InlineData("9187", "acme-data/db")]
    public async Task Search_WordsOfAWorkload_SelectIt(string words, string expected)
    {
        using var file = await ReportFile.OfDirectoryAsync(Samples.Shop);
        await using var report = await browser.OpenAsync(file.Path);

        await report.Page.Keyboard.PressAsync("/");
        await report.Page.Keyboard.TypeAsync(words);
        await Expect(report.Page.GetByRole(AriaRole.Option).First).ToContainTextAsync(expected);
        await report.Page.Keyboard.PressAsync("Enter");

        await Expect(report.Details.Locator("h2.title")).ToHaveTextAsync("db");
        await Expect(report.Details.Locator(".kind")).ToHaveTextAsync($"Pod in {expected.Split('/')[0]}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Theme_Button_SwitchesFromWhatTheReaderPrefers(bool dark)
    {
        using var file = await ReportFile.OfDirectoryAsync(Samples.Shop);
        await using var report = await browser.OpenAsync(file.Path, dark: dark);

        (await BackgroundAsync(report)).ShouldBe(dark ? "rgb(13, 18, 24)" : "rgb(244, 246, 249)");
        await report.Page.GetByLabel("Switch between light and dark").ClickAsync();
        (await BackgroundAsync(report)).ShouldBe(dark ? "rgb(244, 246, 249)" : "rgb(13, 18, 24)");
    }

    [Fact]
    public async Task Address_OfAView_ShowsItAgain()
    {
        using var file = await ReportFile.OfDirectoryAsync(Samples.Shop);
        await using var report = await browser.OpenAsync(file.Path, "view=matrix&from=acme-web/api&to=acme-data/db&theme=dark");

        await Expect(report.Page.Locator("#matrix")).ToBeVisibleAsync();
        await Expect(report.Details.Locator(".verdict")).ToHaveTextAsync("Allowed: 5432/TCP");
        (await BackgroundAsync(report)).ShouldBe("rgb(13, 18, 24)");
    }

    [Fact]
    public async Task Findings_OfPolicies_AreListedAndNarrowedDown()
    {
        using var file = await ReportFile.OfAsync(
            """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: open, namespace: a}
            spec: {podSelector: {}, ingress: [{from: []}], policyTypes: [Ingress, Egress]}
            """
        );
        await using var report = await browser.OpenAsync(file.Path, "view=findings");

        await Expect(report.Page.Locator("#findings tbody tr")).ToHaveCountAsync(2);
        await report.Page.GetByLabel("Narrow down the findings").FillAsync("PAL107");
        await Expect(report.Page.Locator("#findings tbody tr")).ToHaveCountAsync(1);
        await Expect(report.Page.Locator("#findings tbody tr")).ToContainTextAsync("NetworkPolicy a/open");
        await Expect(report.Page.Locator("#findings tbody .place")).ToContainTextAsync("cluster.yaml:4");
    }

    private static Task<string> BackgroundAsync(OpenReport report) =>
        report.Page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor");
}
