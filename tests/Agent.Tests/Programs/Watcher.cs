using Palisade.Lab;
using Palisade.Lab.Probes;

namespace Palisade.Agent.Tests.Programs;

/// <summary>Tries a connection again and again, beside all that happens meanwhile.</summary>
internal sealed class Watcher : IAsyncDisposable
{
    // Without a rest between tries it would take a whole processor from what it watches.
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(5);
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly Task<(int Open, int All)> _trying;

    private Watcher(LabHost from, LabHost to) => _trying = Task.Run(() => TryAsync(from, to));

    /// <summary>Begins to try.</summary>
    public static Watcher Of(LabHost from, LabHost to) => new(from, to);

    /// <summary>Ends it.</summary>
    /// <returns>How many connections were opened, of how many tried.</returns>
    public async Task<(int Open, int All)> EndAsync()
    {
        await _stop.CancelAsync();
        return await _trying;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _trying;
        _stop.Dispose();
    }

    private async Task<(int Open, int All)> TryAsync(LabHost from, LabHost to)
    {
        var (open, all) = (0, 0);
        var prober = new Prober(new ProbeOptions { Timeout = TimeSpan.FromMilliseconds(200) });
        while (!_stop.IsCancellationRequested)
        {
            foreach (var address in to.Addresses)
            {
                // Not cut off in the middle: what was begun is counted.
                open += (await prober.ProbeAsync(from, new ProbeTarget(address, 80), CancellationToken.None)).IsOpen ? 1 : 0;
                all++;
            }
            await Task.Delay(Rest, CancellationToken.None);
        }
        return (open, all);
    }
}
