using System.Text.Json;
using static Microsoft.Playwright.Assertions;

namespace Palisade.Report.Tests;

/// <summary>Names that would be markup or script, if anything read them as such.</summary>
public sealed class HostileManifestTests(Browser browser) : IClassFixture<Browser>
{
    private const string Hostile = "</script><img src=x onerror=alert(1)><script>alert(2)</script>{{data}}<!--'\"`${alert(3)}";

    [Fact]
    public async Task Report_HostileNames_ShowsThemAsText()
    {
        using var file = await ReportFile.OfAsync(Manifests());
        await using var report = await browser.OpenAsync(file.Path);

        await report.Page.Locator("#canvas .workload").First.ClickAsync();
        await Expect(report.Details.Locator("h2.title")).ToHaveTextAsync(Hostile);
        foreach (var view in (string[])["x", "f", "m"])
        {
            await report.Page.Keyboard.PressAsync(view);
        }

        await report.Page.Keyboard.PressAsync("/");
        await report.Page.Keyboard.TypeAsync("alert");
        await Expect(report.Page.Locator("#hits")).ToContainTextAsync(Hostile);
        (await report.Page.Locator("img").CountAsync()).ShouldBe(0);
        (await report.Page.Locator("script").CountAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task Report_ScriptPutInLater_IsKeptFromRunning()
    {
        using var file = await ReportFile.OfDirectoryAsync(Samples.Shop);
        var text = await File.ReadAllTextAsync(file.Path, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            file.Path,
            text.Replace("</main>", "</main><script>document.title = 'taken'</script>", StringComparison.Ordinal),
            TestContext.Current.CancellationToken
        );
        var report = await browser.OpenAsync(file.Path);

        (await report.Page.TitleAsync()).ShouldStartWith("Palisade");

        // It says so on the console, which is why it is not held to be silent.
        await report.Page.CloseAsync();
    }

    [Fact]
    public async Task Report_Scripts_NeverMakeMarkupOfText()
    {
        using var file = await ReportFile.OfDirectoryAsync(Samples.Shop);

        var text = await File.ReadAllTextAsync(file.Path, TestContext.Current.CancellationToken);

        foreach (
            var way in (string[])
                ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "http://localhost", "https://"]
        )
        {
            text.ShouldNotContain(way);
        }
    }

    /// <summary>Of policies such names are refused.</summary>
    private static string Manifests()
    {
        var name = JsonSerializer.Serialize(Hostile);
        return $$$$"""
            {apiVersion: v1, kind: Pod, metadata: {name: {{{{name}}}}, namespace: {{{{name}}}}, labels: {{{{{name}}}}: {{{{name}}}}}}, spec: {containers: [{name: c, ports: [{name: {{{{name}}}}, containerPort: 80}]}]}}
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: other, namespace: {{{{name}}}}}}
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: third, namespace: shop}}
            ---
            {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: any, namespace: shop}, spec: {podSelector: {}, ingress: [{from: [{podSelector: {}}]}, {}]}}
            """;
    }
}
