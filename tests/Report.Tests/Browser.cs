using Microsoft.Playwright;

namespace Palisade.Report.Tests;

/// <summary>The distribution's Chromium, started once; nothing is downloaded.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] Programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private const float Patience = 60_000; // ms
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        var program = Array.Find(Programs, File.Exists) ?? throw new InvalidOperationException("no Chromium: apt-get install chromium");
        // What only a broken page reaches: several browsers start and draw at the same time as other tests.
        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath = program,
                Timeout = 2 * Patience,
                // The suite itself runs in a sandbox, as its root, in which Chromium's own cannot be made.
                Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
            }
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>Opens a page file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="address">What follows # in its address.</param>
    /// <param name="dark">Whether the reader prefers dark.</param>
    public async Task<OpenReport> OpenAsync(string file, string address = "", bool dark = false)
    {
        var page = await _browser!.NewPageAsync(
            new()
            {
                ViewportSize = new() { Width = 1400, Height = 860 },
                ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
                ReducedMotion = ReducedMotion.Reduce,
            }
        );
        page.SetDefaultTimeout(Patience);
        var open = new OpenReport(page);
        await page.GotoAsync($"file://{file}#{address}");
        return open;
    }
}
