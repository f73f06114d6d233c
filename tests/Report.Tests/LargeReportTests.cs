using static Microsoft.Playwright.Assertions;

namespace Palisade.Report.Tests;

/// <summary>A cluster of more than five hundred workloads.</summary>
public sealed class LargeReportTests(Browser browser) : IClassFixture<Browser>
{
    [Fact]
    public async Task Map_ManyWorkloads_BeginsFoldedAndUnfoldsWhatIsAskedFor()
    {
        using var file = await ReportFile.OfAsync(Samples.Large());
        await using var report = await browser.OpenAsync(file.Path);

        await Expect(report.Page.Locator("#canvas .workload")).ToHaveCountAsync(0);
        await report.Page.Keyboard.PressAsync("/");
        await report.Page.Keyboard.TypeAsync("team-17/api");
        await report.Page.Keyboard.PressAsync("Enter");

        await Expect(report.Page.Locator("#canvas .workload")).ToHaveCountAsync(13);
        await Expect(report.Details.Locator(".kind")).ToHaveTextAsync("Deployment in team-17");
        await Expect(report.Node("team-17/api")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Map_SameDataTwice_GivesTheSamePicture()
    {
        using var file = await ReportFile.OfAsync(Samples.Large());
        await using var one = await browser.OpenAsync(file.Path);
        await using var two = await browser.OpenAsync(file.Path);

        (await ShapesAsync(two)).ShouldBe(await ShapesAsync(one));
    }

    [Fact]
    public async Task Matrix_EverythingUnfolded_MakesOnlyTheCellsInSight()
    {
        using var file = await ReportFile.OfAsync(Samples.Large());
        await using var report = await browser.OpenAsync(file.Path, "view=matrix");

        await report.Page.GetByText("Unfold all").ClickAsync();
        await Expect(report.Page.Locator("#matrix-space")).ToHaveAttributeAsync("aria-rowcount", "567"); // 522 workloads, 42 namespaces, two for the outside, the head
        (await report.Page.Locator("#matrix [role=gridcell]").CountAsync()).ShouldBeLessThan(3000);
        await report.Page.Locator("#matrix-space").FocusAsync();
        await report.Page.Keyboard.PressAsync("End");
        await report.Page.Keyboard.PressAsync("PageDown");

        await Expect(report.Page.Locator("#matrix .cell.current")).ToBeInViewportAsync();
    }

    private static Task<string> ShapesAsync(OpenReport report) =>
        report.Page.EvaluateAsync<string>(
            "() => [...document.querySelectorAll('#scene [d], #scene [transform]')].map((e) => e.outerHTML).join('\\n')"
        );
}
