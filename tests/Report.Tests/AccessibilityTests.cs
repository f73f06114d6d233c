using Microsoft.Playwright;
using Palisade.Testing;
using static Microsoft.Playwright.Assertions;

namespace Palisade.Report.Tests;

/// <summary>What WCAG 2.2 asks for at level AA, as far as a browser can tell: contrast, names, and a keyboard that is never lost.</summary>
public sealed class AccessibilityTests(Browser browser) : IClassFixture<Browser>
{
    private static readonly string[] Views =
    [
        "view=map",
        "view=map&from=acme-web/api&to=acme-data/db",
        "view=map&from=acme-web/frontend&to=acme-data/db",
        "view=matrix&from=acme-web/api&to=acme-data/db",
        "view=findings",
    ];

    public static TheoryData<string, bool> Pages => [.. Views.SelectMany(view => (bool[])[false, true], (view, dark) => (view, dark))];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Text_EveryViewAndTheme_HasAContrastOfFourAndAHalf(string view, bool dark)
    {
        var script = await File.ReadAllTextAsync(
            Path.Join(Repository.Root, "tests/Report.Tests/contrast.js"),
            TestContext.Current.CancellationToken
        );
        using var file = await ReportFile.OfDirectoryAsync(Samples.Shop);
        await using var report = await browser.OpenAsync(file.Path, view, dark);
        await Expect(report.Details.Locator("h2").First).ToBeVisibleAsync();

        var texts = await report.Page.EvaluateAsync<string[]>(script);

        texts.Length.ShouldBeGreaterThan(10);
        texts.Where(text => double.Parse(text.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture) < 4.5).ShouldBeEmpty();
    }

    [Fact]
    public async Task Controls_EveryView_HaveNames()
    {
        using var file = await ReportFile.OfDirectoryAsync(Samples.Shop);
        foreach (var view in Views)
        {
            await using var report = await browser.OpenAsync(file.Path, view);

            var nameless = await report.Page.EvaluateAsync<string[]>(
                """
                () => [...document.querySelectorAll("button, input, select, [role=button], [role=gridcell], [role=rowheader], [role=columnheader], [role=grid]")]
                  .filter((e) => !(e.getAttribute("aria-label") || e.labels?.[0]?.textContent.trim() || e.textContent.trim()))
                  .map((e) => e.outerHTML)
                """
            );

            nameless.ShouldBeEmpty(view);
        }
    }

    [Fact]
    public async Task Details_ChosenByKeyboard_KeepTheFocusAndAreAnnounced()
    {
        using var file = await ReportFile.OfDirectoryAsync(Samples.Shop);
        await using var report = await browser.OpenAsync(file.Path);

        await report.Page.Locator("#from").FocusAsync();
        await report.Page.Locator("#from").SelectOptionAsync(new SelectOptionValue { Label = "api" });
        await Expect(report.Page.Locator("#from")).ToBeFocusedAsync();
        await report.Page.Locator("#to").FocusAsync();
        await report.Page.Locator("#to").SelectOptionAsync(new SelectOptionValue { Label = "db" });

        await Expect(report.Page.Locator("#to")).ToBeFocusedAsync();
        await Expect(report.Page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Allowed" })).ToContainTextAsync("Allowed: 5432/TCP");

        await report.Page.Locator("#to").SelectOptionAsync(new SelectOptionValue { Label = "anybody" });
        await report.Details.Locator(".ends button").First.PressAsync("Enter");
        await Expect(report.Details.Locator("h2")).ToBeFocusedAsync();
    }
}
