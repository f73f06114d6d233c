using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Palisade.Report.Tests;

/// <summary>A report in the browser. When it is closed it must have been silent: no error, no word on the console, no request.</summary>
public sealed class OpenReport : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _noises = [];

    public OpenReport(IPage page)
    {
        Page = page;
        page.Console += (_, message) => _noises.Enqueue($"console {message.Type}: {message.Text}");
        page.PageError += (_, error) => _noises.Enqueue($"error: {error}");
        page.Dialog += (_, dialog) => _noises.Enqueue($"dialog: {dialog.Message}");
        page.Popup += (_, popup) => _noises.Enqueue($"popup: {popup.Url}");
        page.Request += (_, request) =>
        {
            if (!request.IsNavigationRequest || !request.Url.StartsWith("file:", StringComparison.Ordinal))
            {
                _noises.Enqueue($"request: {request.Url}");
            }
        };
    }

    public IPage Page { get; }

    /// <summary>The side with the details.</summary>
    public ILocator Details => Page.Locator("#details");

    /// <summary>A workload or namespace on the map.</summary>
    public ILocator Node(string label) => Page.Locator($"#canvas .node[aria-label^=\"{label},\"]");

    /// <summary>A cell of the matrix.</summary>
    public ILocator Cell(string from, string to) => Page.Locator($"#matrix [role=gridcell][aria-label^=\"{from} to {to}:\"]");

    /// <summary>A point of the page where the connection runs alone, near its end.</summary>
    public async Task<(float X, float Y)> PointOnAsync(string connection)
    {
        var point = await Page.Locator("#edges .edge", new() { HasText = connection })
            .Locator(".line")
            .EvaluateAsync<float[]>(
                """
                (line) => {
                  const at = line.getPointAtLength(line.getTotalLength() * 0.8).matrixTransform(line.getScreenCTM());
                  return [at.x, at.y];
                }
                """
            );
        return (point[0], point[1]);
    }

    public async ValueTask DisposeAsync()
    {
        var noises = _noises.ToArray();
        await Page.CloseAsync();
        noises.ShouldBeEmpty();
    }
}
